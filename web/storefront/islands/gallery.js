// The gallery is a row that scrolls and a list of links into it. Here the links scroll the row without touching the
// address, and the link of the picture in view is marked.
const gallery = document.querySelector("[data-gallery]");

if (gallery) {
  const row = gallery.querySelector(".slides");
  const links = [...gallery.querySelectorAll(".thumbs a")];

  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const slide = gallery.querySelector(link.hash);
      row.scrollTo({ left: slide.offsetLeft - row.offsetLeft });
    });
  }

  const inView = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links) {
          if (link.hash === `#${entry.target.id}`) link.setAttribute("aria-current", "true");
          else link.removeAttribute("aria-current");
        }
      }
    },
    { root: row, threshold: 0.6 },
  );
  for (const slide of row.children) inView.observe(slide);
}
