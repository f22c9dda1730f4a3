/** Lets the user choose files with the system's dialog. */

/** Empty where the dialog was closed without a choice. */
export function chooseFiles(): Promise<readonly File[]> {
  const field = document.createElement('input');
  field.type = 'file';
  field.multiple = true;
  field.hidden = true;
  // Outside of the document nothing holds the field while the dialog is open, and a browser may forget it with its answer.
  document.body.append(field);
  return new Promise((resolve) => {
    const answer = (): void => {
      field.remove();
      resolve([...(field.files ?? [])]);
    };
    field.addEventListener('change', answer, { once: true });
    field.addEventListener('cancel', answer, { once: true });
    field.click();
  });
}
