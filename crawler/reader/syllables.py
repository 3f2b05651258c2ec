"""What can be a Vietnamese syllable: onset, rhyme and tone by the rules of the spelling.

No list of words: the spelling is regular enough that a run of letters from another encoding or
another language hardly ever passes, and every Vietnamese word does, known or not. Source: the
orthography of quốc ngữ as taught in schools (phụ âm đầu, vần, thanh điệu).
"""

from __future__ import annotations

import unicodedata

# Rhymes without tone, by the letter that they begin with.
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay
ăc ăm ăn ăng ăp ăt
âc âm ân âng âp ât âu ây
e ec em en eng eo ep et
ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
oc oi om on ong op ot ooc oong
ô ôc ôi ôm ôn ông ôp ôt
ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uy uya uych uynh uyt uyu uyên uyêt
uôc uôi uôm uôn uông uôt
ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu ych ynh yt
""".split()
_FRONT = "eêiy"
_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
# The tones as combining marks: grave, acute, hook above, tilde, dot below.
_TONES = ("\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_STOPPED_TONES = ("\u0301", "\u0323")  # a rhyme that ends in c, ch, p or t has no other
_STOPS = ("c", "ch", "p", "t")
_QUALITY = "ăâêôơư"
_VOWELS = "aăâeêioôơuưy"
MAX_LETTERS = 7  # nghiêng


def is_syllable(word: str) -> bool:
    """Whether these letters, in lower case and NFC, spell one Vietnamese syllable.

    The tone may stand in either of the usual places (hoà, hòa), but nowhere else (not "haò").
    """
    if len(word) > MAX_LETTERS:
        return False
    return any(
        word[:letters] in _AFTER and word[letters:] in _AFTER[word[:letters]]
        for letters in range(4)
    )


def _toned(rhyme: str) -> list[str]:
    """The rhyme in every tone that it can have, in every place where the tone is written."""
    if rhyme.endswith(_STOPS):
        return _marked(rhyme, _STOPPED_TONES)
    return [rhyme, *_marked(rhyme, _TONES)]


def _marked(rhyme: str, tones: tuple[str, ...]) -> list[str]:
    return [
        unicodedata.normalize("NFC", rhyme[: place + 1] + tone + rhyme[place + 1 :])
        for place in _places(rhyme)
        for tone in tones
    ]


def _places(rhyme: str) -> list[int]:
    """Where a tone may stand in the rhyme."""
    vowels = [place for place, letter in enumerate(rhyme) if letter in _VOWELS]
    marked = [place for place in vowels if rhyme[place] in _QUALITY]
    if marked:
        # Both letters of ươ are met ("trứơc"), in old typing more often the wrong one.
        return marked if rhyme.startswith("ươ") else marked[-1:]
    if len(vowels) == 1 or rhyme.startswith("oo"):
        return vowels
    if len(vowels) == 3:
        return [vowels[1]]
    if vowels[-1] != len(rhyme) - 1:
        return vowels[-1:]  # a consonant follows: oán, uýt
    return vowels if rhyme in ("oa", "oe", "uy") else vowels[:1]


def _after() -> dict[str, frozenset[str]]:
    """Onset → the rhymes with their tones that may follow it; "" for no onset."""
    toned = {rhyme: _toned(rhyme) for rhyme in _RHYMES}

    def rhymes(begins: str, but: str = "") -> frozenset[str]:
        """Rhymes that begin with one of these letters, and not with one of these words."""
        unwanted = tuple(but.split()) or ("#",)
        wanted = (r for r in _RHYMES if r[0] in begins and not r.startswith(unwanted))
        return frozenset(spelling for rhyme in wanted for spelling in toned[rhyme])

    # yê is written so without an onset only, and iê with one only; the others need qu.
    usual = rhymes(_VOWELS, "yê ych ynh yt")
    front = rhymes(_FRONT, "yê ych ynh yt")
    back = usual - front
    after = dict.fromkeys(_ONSETS, usual)
    after |= dict.fromkeys(("k", "gh", "ngh"), front)
    after |= dict.fromkeys(("c", "ng"), back)
    after[""] = rhymes(_VOWELS, "iê ych ynh yt")
    # "gi" lends its i to i and iê: gì, gìn, giếng.
    after["g"] = back | rhymes("i", "ia")
    after["gi"] = rhymes("aăâeêoôơuư")
    after["qu"] = rhymes("aăâeêiôơy", "ia iu iê yêm yêng yêu")
    return after


_AFTER = _after()
