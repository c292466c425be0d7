new Promise((resolve) => {
  const input = document.getElementById("import-file");
  const file = input.files[0];
  if (!file) return;
  const bar = document.getElementById("upload-bar");
  const kind = document.getElementById("import-kind").value;
  const request = new XMLHttpRequest();
  const failed = (detail) => JSON.stringify({ detail });
  const done = (answer) => { bar.hidden = true; input.value = ""; input.disabled = false; resolve(answer); };
  bar.hidden = false;
  input.disabled = true;
  request.upload.onprogress = (event) => { bar.value = event.loaded / event.total; };
  request.onload = () => {
    try { JSON.parse(request.responseText); done(request.responseText); } catch { done(failed("")); }
  };
  request.onerror = request.onabort = request.ontimeout = () => done(failed(""));
  request.open("POST", `/api/import/files?name=${encodeURIComponent(file.name)}&contract=${kind}`);
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.send(file);
})
