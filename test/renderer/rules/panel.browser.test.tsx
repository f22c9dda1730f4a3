/** The Rules panel in a browser: rules are made, moved and filled in, and packets that wait are looked at and let go. */

import { afterEach, describe, expect, it } from 'vitest';
import { type Locator, page, userEvent } from 'vitest/browser';
import { InspectorError } from '../../../shared/contract/errors.ts';
import type { RuleBook } from '../../../shared/contract/rules.ts';
import { openApp, type OpenedApp, type OpenOptions, picture } from '../connection/open-app.tsx';
import { fakeSource } from '../support/fake-service.ts';
import { heldPacket, record, rule } from './example.ts';

let opened: OpenedApp | undefined;

afterEach(() => {
  opened?.[Symbol.dispose]();
  opened = undefined;
});

async function show(options: Partial<OpenOptions> = {}): Promise<OpenedApp> {
  opened = await openApp({ panel: 'rules', packets: 200, rules: record(), ...options });
  if (options.panel === undefined) await expect.element(page.getByRole('region', { name: 'Rules' })).toBeVisible();
  return opened;
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const list = () => page.getByRole('grid', { name: 'Rules in the order in which they are asked' });
const row = (name: string) => list().getByRole('row').filter({ hasText: name });
const textOf = (locator: Locator) => locator.element().textContent;
const waiting = () => page.getByRole('grid', { name: 'Waiting packets' });
const books = (app: OpenedApp) => app.inputs('setRules') as readonly RuleBook[];
const lastBook = (app: OpenedApp) => books(app).at(-1);
const names = (app: OpenedApp) => lastBook(app)?.rules.map(({ id }) => id);

describe('the list of rules', () => {
  it('says what each is for, what it does, and how often it did', async () => {
    await show();
    await expect.poll(() => textOf(row('lose acks'))).toContain('type:puback dir:in');
    await expect.poll(() => textOf(row('lose acks'))).toContain('Drop, every 3rd');
    await expect.poll(() => textOf(row('no entry'))).toContain('Answer with 0x87 Not authorized');
    await expect.poll(() => textOf(row('topic:actuator/#'))).toContain('Rewrite topic, payload, QoS');
    await expect.poll(() => textOf(row('every packet'))).toContain('Delay 1.50\u202fs');
    await expect.poll(() => textOf(row('look at'))).toContain('1\u202f204');
    await expect.element(button('Rules: 3 rules on')).toBeVisible();
  });

  it('is moved and switched by keys', async () => {
    const app = await show();
    await userEvent.click(row('lose acks'));
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await expect.poll(() => names(app)).toEqual(['lose', 'stop', 'deny', 'move', 'slow']);
    await userEvent.keyboard('{Alt>}{ArrowDown}{ArrowDown}{/Alt}');
    await expect.poll(() => names(app)).toEqual(['stop', 'deny', 'lose', 'move', 'slow']);
    await userEvent.keyboard(' ');
    await expect.poll(() => lastBook(app)?.rules[2]?.enabled).toBe(false);
    await userEvent.keyboard('{Delete}');
    await expect.poll(() => textOf(page.getByRole('alertdialog'))).toContain('Delete the rule lose acks?');
    await userEvent.click(button('Delete'));
    await expect.poll(() => names(app)).toEqual(['stop', 'deny', 'move', 'slow']);
  });

  it('is put in another order by the mouse', async () => {
    const app = await show();
    await userEvent.dragAndDrop(row('topic:actuator/#'), row('look at'));
    await expect.poll(() => names(app)).toEqual(['move', 'stop', 'lose', 'deny', 'slow']);
  });

  it('is switched by the box without being chosen, and from the toolbar', async () => {
    const app = await show();
    await userEvent.click(page.getByRole('checkbox', { name: 'Rule no entry is on' }));
    await expect.poll(() => lastBook(app)?.rules[2]?.enabled).toBe(true);
    await expect.element(button('Rules: 4 rules on')).toBeVisible();
    await userEvent.click(button('Rules: 4 rules on'));
    await userEvent.click(page.getByRole('menuitem', { name: 'Turn all off' }));
    await expect.element(button('Rules: none is on')).toBeVisible();
    expect(lastBook(app)?.rules.map(({ enabled }) => enabled)).toEqual([false, false, false, false, false]);
  });

  it('sets the counters to zero', async () => {
    const app = await show();
    await userEvent.click(button('Set the counters to zero'));
    await expect.poll(() => app.inputs('resetRuleCounts').length).toBe(1);
    await expect.poll(() => textOf(row('look at'))).not.toContain('1\u202f204');
  });

  it('says where rules that are on do nothing', async () => {
    const app = await show({ sources: [fakeSource({ recording: false, name: 'garage' })] });
    await expect.element(page.getByText('Rules do not act on garage while recording is off there.')).toBeVisible();
    await userEvent.click(button('Record'));
    await expect.poll(() => app.inputs('setRecording')).toEqual([{ source: 1, recording: true }]);
  });

  it('opens a file, asks what becomes of the rules that are there, and says what is wrong with one', async () => {
    const app = await show();
    const input = () => document.querySelector<HTMLInputElement>('.rules-bar input[type=file]');
    const choose = (text: string) => userEvent.upload(input() as HTMLInputElement, new File([text], 'rules.json'));
    await choose('{"format":"mqtt-inspector-rules","version":1,"book":{"rules":[{"id":"a"}]}}');
    await expect.element(page.getByText(/rules\[0\]\.name should be/)).toBeVisible();
    const book = { keepAlive: false, rules: [rule({ id: 'stop', name: 'from a file' })] };
    await choose(JSON.stringify({ format: 'mqtt-inspector-rules', version: 1, book }));
    await userEvent.click(button('Append'));
    await expect.poll(() => lastBook(app)?.rules.length).toBe(6);
    expect(lastBook(app)?.keepAlive).toBe(true);
    expect(new Set(names(app)).size).toBe(6);
  });
});

describe('the form of a rule', () => {
  it('sends what was typed when a field is left or Enter is pressed, and never before', async () => {
    const app = await show();
    await userEvent.click(row('lose acks'));
    await userEvent.fill(field('Name'), 'lose every ack');
    expect(books(app)).toEqual([]);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => lastBook(app)?.rules[1]?.name).toBe('lose every ack');
    await userEvent.fill(page.getByRole('combobox', { name: 'Packets' }), 'type:pubrec');
    expect(books(app).length).toBe(1);
    await userEvent.click(field('One in'));
    await expect.poll(() => lastBook(app)?.rules[1]?.filter).toBe('type:pubrec');
  });

  it('keeps what is wrong where it was typed, and the rule as it was', async () => {
    const app = await show();
    await userEvent.click(row('lose acks'));
    await userEvent.fill(field('One in'), 'often');
    await userEvent.click(field('Name'));
    await expect.element(page.getByText('A whole number from 1 to 1 000 000.')).toBeVisible();
    await expect.element(page.getByText(/Not applied: until this is right/)).toBeVisible();
    await userEvent.click(row('no entry'));
    await expect.poll(() => textOf(row('lose acks'))).toContain('not applied');
    expect(books(app)).toEqual([]);
    await userEvent.click(row('lose acks'));
    await expect.element(field('One in')).toHaveValue('often');
    await userEvent.click(button('Take back'));
    await expect.element(field('One in')).toHaveValue('3');
  });

  it('points at the character where a filter stops to be one', async () => {
    const app = await show();
    await userEvent.click(row('lose acks'));
    await userEvent.fill(page.getByRole('combobox', { name: 'Packets' }), 'type:publsh');
    await userEvent.click(field('Name'));
    await expect.poll(() => document.querySelector('.filter-faulty')?.textContent).toBe('publsh');
    expect(books(app)).toEqual([]);
  });

  it('shows at the rule that the service refused it', async () => {
    const fault = { text: 'x', at: 2, length: 1, reason: 'unknown-field', word: 'flow.state' } as const;
    await show({
      handlers: {
        setRules: () => {
          throw new InspectorError('bad-rule', { rule: 'lose', name: 'lose acks', fault });
        },
      },
    });
    await userEvent.click(row('lose acks'));
    await userEvent.fill(field('One in'), '5');
    await userEvent.keyboard('{Enter}');
    await expect
      .element(page.getByText(/The filter of the rule “lose acks” cannot be read at character 3/))
      .toBeVisible();
    await expect.poll(() => textOf(row('lose acks'))).toContain('every 3rd');
    await expect.element(field('One in')).toHaveValue('5');
  });

  it('adds a rule that is off until it has been filled in', async () => {
    const app = await show();
    await userEvent.click(button('Add rule'));
    await expect
      .poll(() => lastBook(app)?.rules[5])
      .toMatchObject({ enabled: false, filter: '', action: { kind: 'pause' } });
    await expect.element(page.getByRole('combobox', { name: 'Packets' })).toHaveFocus();
    await userEvent.keyboard('type:publish{Enter}');
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Action' }), 'corrupt');
    await userEvent.fill(field('Byte'), '-1');
    await userEvent.fill(field('Bits to turn over'), '80');
    await userEvent.click(page.getByRole('checkbox', { name: 'On', exact: true }));
    await expect
      .poll(() => lastBook(app)?.rules[5])
      .toMatchObject({ enabled: true, filter: 'type:publish', action: { kind: 'corrupt', offset: -1, mask: 128 } });
  });
});

const held = () => [
  heldPacket(),
  heldPacket({
    id: 2,
    seq: 6,
    type: 'puback',
    direction: 'client-to-server',
    behind: 4,
    behindBytes: 1200,
    senderStopped: true,
  }),
];

describe('packets that wait', () => {
  it('are announced on every panel and can be forwarded from there', async () => {
    const app = await show({ panel: 'packets', rules: record({ held: held() }) });
    await expect.element(page.getByText(/2 packets wait at a breakpoint/)).toBeVisible();
    await expect.element(page.getByRole('tab', { name: 'Rules 2' })).toBeVisible();
    await userEvent.keyboard('{F8}');
    await expect.poll(() => app.inputs('resolveHeld')).toEqual([{ held: 1, verdict: { kind: 'forward' } }]);
    await userEvent.click(button('Forward all'));
    await expect.poll(() => app.inputs('resolveAllHeld')).toEqual([{ verdict: 'forward' }]);
    await expect.element(page.getByText(/wait at a breakpoint/)).not.toBeInTheDocument();
  });

  it('show their bytes and what they keep waiting', async () => {
    await show({ rules: record({ held: held() }) });
    await expect.poll(() => textOf(waiting().getByRole('row').first())).toMatch(/1[23] s/);
    await expect.poll(() => textOf(waiting().getByRole('row').nth(1))).toContain('4 packets behind it, 1.2\u202fKiB');
    await expect.poll(() => textOf(waiting().getByRole('row').nth(1))).toContain('sender stopped');
    await expect
      .poll(() => textOf(page.getByRole('tree', { name: 'Fields of the waiting packet' })))
      .toContain('site/a1/temp');
  });

  it('go on with what was typed over them, and only that', async () => {
    const app = await show({ rules: record({ held: held() }) });
    await userEvent.fill(field('Payload'), '{"t":99}');
    await userEvent.click(button('Forward edited'));
    await expect
      .poll(() => app.inputs('resolveHeld'))
      .toEqual([{ held: 1, verdict: { kind: 'edit', payload: new TextEncoder().encode('{"t":99}') } }]);
    await expect.element(field('The whole packet in hexadecimal')).toHaveValue('40 02 00 01');
    await userEvent.fill(field('The whole packet in hexadecimal'), '40 02 00 0');
    await expect.element(page.getByText('Half a byte is missing at the end.')).toBeVisible();
    await expect.element(button('Forward edited')).toBeDisabled();
    await userEvent.fill(field('The whole packet in hexadecimal'), '40 02 00 09');
    await expect.element(page.getByText('1 whole packet as typed')).toBeVisible();
    await userEvent.keyboard('{F8}');
    await expect
      .poll(() => app.inputs('resolveHeld').at(-1))
      .toEqual({ held: 2, verdict: { kind: 'bytes', bytes: Uint8Array.of(0x40, 2, 0, 9) } });
  });

  it('still wait where the fields make no packet', async () => {
    await show({
      rules: record({ held: held() }),
      handlers: {
        resolveHeld: () => {
          throw new InspectorError('bad-edit', { rule: 'MQTT-3.3.2-2', reason: 'no wildcards' });
        },
      },
    });
    await userEvent.fill(field('Topic'), 'other');
    await userEvent.click(button('Forward edited'));
    await expect.element(page.getByText(/The fields as edited make no packet/)).toBeVisible();
    await expect.element(field('Topic')).toHaveValue('other');
    await userEvent.fill(field('Topic'), 'a/#');
    await expect.element(page.getByText(/MQTT-3\.3\.2-2/).first()).toBeVisible();
    await expect.element(button('Forward edited')).toBeDisabled();
  });

  it('are dropped by Delete', async () => {
    const app = await show({ rules: record({ held: held() }) });
    await userEvent.click(waiting().getByRole('row').nth(1));
    await userEvent.keyboard('{Delete}');
    await expect.poll(() => app.inputs('resolveHeld')).toEqual([{ held: 2, verdict: { kind: 'drop' } }]);
  });
});

describe('the packet list', () => {
  it('makes rules for packets like one', async () => {
    const app = await show({ panel: 'packets', rules: record({}, []) });
    await expect.element(page.getByRole('row').filter({ hasText: 'PUBLISH' }).first()).toBeVisible();
    await userEvent.click(page.getByRole('row').filter({ hasText: 'site/b2/temp' }).first(), { button: 'right' });
    await userEvent.click(page.getByRole('menuitem', { name: 'Drop packets like this' }));
    await expect.poll(() => app.inputs('setRules').length).toBe(1);
    const [book] = app.inputs('setRules') as RuleBook[];
    expect(book?.rules[0]).toMatchObject({ enabled: true, action: { kind: 'drop' } });
    await expect.element(page.getByRole('form')).toBeVisible();
  });
});

describe('pictures', () => {
  it.each([
    { theme: 'dark', language: 'en' },
    { theme: 'light', language: 'zh-CN' },
  ] as const)('$theme', async (look) => {
    opened = await openApp({ panel: 'rules', packets: 200, rules: record(), ...look });
    await expect.poll(() => document.querySelector('.rules-list')).not.toBeNull();
    await picture(`rules-none-${look.theme}`);
    await userEvent.click(page.getByRole('row').filter({ hasText: 'topic:actuator/#' }));
    await expect.element(page.getByRole('form')).toBeVisible();
    await picture(`rules-form-${look.theme}`);
    opened[Symbol.dispose]();
    opened = await openApp({ panel: 'rules', packets: 200, rules: record({ held: held() }), ...look });
    await expect.element(page.getByRole('tree')).toBeVisible();
    await picture(`rules-held-${look.theme}`);
    opened.app.navigation.showPanel('packets');
    await expect.element(page.getByRole('row').filter({ hasText: 'PUBLISH' }).first()).toBeVisible();
    await picture(`rules-bar-${look.theme}`);
    opened[Symbol.dispose]();
    opened = await openApp({ panel: 'rules', packets: 200, ...look });
    await expect.poll(() => document.querySelector('.rules-list')).not.toBeNull();
    await picture(`rules-empty-${look.theme}`);
    expect(opened.service.faults).toEqual([]);
  });
});
