/** Names of what causes packets, under the numbers that the capture's initiator column holds. */

/** The column has sixteen bits; 0 names nobody. */
const MOST_NAMES = 0xfffe;
/** Stands for all that came after the numbers were used up: more lines of code than a person will look at. */
const FURTHER = 0xffff;
const FURTHER_TEXT = '…';

/** Only grows: a record may name any of them for as long as it stays. */
export class InitiatorNames {
  readonly #texts: string[] = [''];
  readonly #numbers = new Map<string, number>();

  /** The same number for the same name, 1 to 65 535. */
  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (this.#texts.length > MOST_NAMES) return FURTHER;
    const number = this.#texts.push(text) - 1;
    this.#numbers.set(text, number);
    return number;
  }

  text(number: number): string {
    return number === FURTHER ? FURTHER_TEXT : (this.#texts[number] ?? '');
  }
}
