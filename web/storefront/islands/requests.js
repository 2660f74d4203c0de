// What htmx cannot know: answers that are not the page we asked a piece of, and notes that go away by themselves.
const notice = document.getElementById("added-notice");
let noticeTimer;

const sendPlainly = (request) => {
  // Suggestions are no page: without them one presses Enter.
  if (request.action.startsWith("/search/suggestions")) return;
  if (request.form && request.method === "POST") request.form.submit();
  else location.assign(request.action);
};

// An answer without the wanted piece is a page of its own (out of stock, an error, a sign-in): show that page.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.select || ctx.text.includes(`id="${ctx.select.slice(1)}"`)) return;
  event.preventDefault();
  if (ctx.response.raw.redirected) location.assign(ctx.response.raw.url);
  else sendPlainly(ctx.request);
});

// No answer at all: let the browser try the plain way, and say what is wrong if it cannot either.
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (ctx && !ctx.response && ctx.status.startsWith("error")) sendPlainly(ctx.request);
});

document.addEventListener("htmx:after:swap", () => {
  if (!notice?.firstChild) return;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => notice.replaceChildren(), 8000);
});
