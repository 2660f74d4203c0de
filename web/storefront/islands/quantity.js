// Buttons beside a number field: one less, one more. The field's own change event does the rest.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const field = button.closest("[data-quantity]").querySelector("input");
  const before = field.value;
  if (Number(button.dataset.step) > 0) field.stepUp();
  else field.stepDown();
  if (field.value !== before) field.dispatchEvent(new Event("change", { bubbles: true }));
});
