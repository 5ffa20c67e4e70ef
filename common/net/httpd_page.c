/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/httpd.h"

/*
 * The sum that the board has made of what it got stands beside the browser's own of the file, where
 * the browser has one: over plain HTTP it has none but for localhost.
 */
const char httpd_page[] =
	"<!doctype html><html lang=en><meta charset=utf-8><title>Loft</title>\n"
	"<meta name=viewport content='width=device-width'>\n"
	"<style>body{font:16px sans-serif;max-width:40em;margin:2em auto;padding:0 1em}"
	"progress{width:100%}pre{white-space:pre-wrap;word-break:break-all}"
	"button,input{font:inherit;margin:.3em .3em .3em 0}</style>\n"
	"<h1>Loft</h1>\n"
	"<p><label>Kernel <input type=file id=kernel></label><button id=putkernel>Upload</button>\n"
	"<p><label>Environment <input type=file id=env></label><button id=putenv>Upload</button>"
	"<button id=saveenv>Save</button>\n"
	"<p><progress id=bar max=1 value=0></progress>\n"
	"<pre id=said></pre>\n"
	"<p><button id=boot disabled>Boot</button>\n"
	"<script>\n"
	"const $=i=>document.getElementById(i),say=t=>{$('said').textContent=t};\n"
	"async function sum(f){if(!window.crypto||!crypto.subtle)return '';\n"
	" const d=await crypto.subtle.digest('SHA-256',await f.arrayBuffer());\n"
	" return [...new Uint8Array(d)].map(x=>x.toString(16).padStart(2,'0')).join('')}\n"
	"function put(name,file,then){const x=new XMLHttpRequest();x.open('PUT','/'+name);\n"
	" x.upload.onprogress=e=>{$('bar').value=e.loaded/e.total;say(e.loaded+' of '+e.total+' bytes')};\n"
	" x.onload=()=>{say(x.responseText);if(x.status==200&&then)then(x.responseText)};\n"
	" x.onerror=()=>say('The connection broke.');x.send(file||'')}\n"
	"function chosen(i){const f=$(i).files[0];if(!f)say('Choose a file.');return f}\n"
	"$('putkernel').onclick=()=>{const f=chosen('kernel');if(!f)return;$('boot').disabled=true;\n"
	" put('kernel',f,async t=>{const s=await sum(f);\n"
	"  if(s&&!t.includes(s))return say(t+'The file has another sum: '+s);\n"
	"  if(s)say(t+'The file has the same.');$('boot').disabled=false})};\n"
	"$('putenv').onclick=()=>{const f=chosen('env');if(f)put('env',f)};\n"
	"$('saveenv').onclick=()=>put('saveenv');\n"
	"$('boot').onclick=()=>put('boot');\n"
	"fetch('/status').then(r=>r.json()).then(s=>{if(s.kernel){$('boot').disabled=false;\n"
	" say('kernel: '+s.kernel+' bytes, sha256 '+s.sha256)}});\n"
	"</script></html>\n";
