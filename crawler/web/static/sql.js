// The SQL editor: CodeMirror over the text area, Shift-Enter runs, a button formats.
(function () {
  const format = document.querySelector("button#sql-format");
  const input = document.querySelector("textarea#sql-editor");
  if (!input || typeof CodeMirror === "undefined") return;
  const editor = CodeMirror.fromTextArea(input, {
    lineNumbers: true,
    mode: "text/x-sql",
    lineWrapping: true,
    extraKeys: { "Shift-Enter": () => input.form.submit(), Tab: false },
  });
  if (format) {
    format.hidden = false;
    format.addEventListener("click", () => {
      editor.setValue(sqlFormatter.format(editor.getValue()));
    });
  }
})();
