import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { fakeDetail } from '../support/fake-packets.ts';
import { frames, one, openPage, the, expectSoon } from '../support/page.ts';

const rows = () => [...document.querySelectorAll<HTMLElement>('.list-row')];
const numbers = () =>
  rows()
    .map((row) => Number(row.getAttribute('aria-rowindex')))
    .toSorted((a, b) => a - b);
const list = () => the('[role=grid]');
const selected = () => one('.list-row[aria-selected=true]')?.getAttribute('aria-rowindex');

describe('the list', () => {
  it('holds ten million rows in some dozens of elements and reaches every one of them', async () => {
    const { root } = openPage({ packets: 10_000_000 });
    const viewport = await the('.list-viewport');
    await expectSoon(() => numbers().at(-1) === 10_000_000);
    expect(rows().length).toBeLessThan(60);
    expect((await list()).getAttribute('aria-rowcount')).toBe('10000000');
    viewport.scrollTop = 0;
    await expectSoon(() => numbers()[0] === 1 && one('.cell-type', 'CONNECT'));
    viewport.scrollTop = viewport.scrollHeight / 2;
    const middle = await expectSoon(() => numbers().find((number) => number > 4_900_000 && number < 5_100_000));
    await expectSoon(() => one('.list-row .cell-type', 'PUBLISH'));
    viewport.dispatchEvent(new WheelEvent('wheel', { deltaY: 44, cancelable: true }));
    await expectSoon(() => numbers().includes(middle + 2));
    viewport.dispatchEvent(new WheelEvent('wheel', { deltaY: -44, cancelable: true }));
    await expectSoon(() => numbers()[0] === middle);
    expect(root.querySelectorAll('.cell-topic').length).toBeGreaterThan(20);
  });

  it('sticks to the newest row until the user scrolls away, and goes back on a press', async () => {
    const { service } = openPage({ packets: 1000 });
    const viewport = await the('.list-viewport');
    await expectSoon(() => numbers().at(-1) === 1000);
    service.packets = 1500;
    await expectSoon(() => numbers().at(-1) === 1500);
    viewport.dispatchEvent(new WheelEvent('wheel', { deltaY: -440, cancelable: true }));
    await expectSoon(() => one('.newest'));
    const held = numbers()[0];
    service.packets = 2000;
    await expectSoon(() => one('.filter-count')?.textContent.includes('2\u202f000'));
    await frames(3);
    expect(numbers()[0]).toBe(held);
    (await the('.newest')).click();
    await expectSoon(() => numbers().at(-1) === 2000);
    expect(one('.newest')).toBeUndefined();
  });

  it('stays with its packets when older ones are evicted', async () => {
    const { service } = openPage({ packets: 5000 });
    const viewport = await the('.list-viewport');
    await expectSoon(() => numbers().at(-1) === 5000);
    viewport.dispatchEvent(new WheelEvent('wheel', { deltaY: -22_000, cancelable: true }));
    const packets = () => [...document.querySelectorAll('.list-row .cell-number')].map((cell) => cell.textContent);
    const top = await expectSoon(() => packets().toSorted()[0]);
    const row = await the(`.list-row[aria-rowindex="${(numbers()[0] ?? 0) + 2}"]`);
    row.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    const chosen = await expectSoon(() => one('.list-row[aria-selected=true] .cell-number')?.textContent);
    const before = numbers()[0] ?? 0;
    for (const evicted of [10, 700, 1000]) {
      service.evict(evicted);
      await frames(10);
    }
    await expectSoon(() => numbers()[0] === before - 1710);
    expect(packets().toSorted()[0]).toBe(top);
    expect(one('.list-row[aria-selected=true] .cell-number')?.textContent).toBe(chosen);
  });

  it('stays where it is when a row is chosen while it follows', async () => {
    const { service } = openPage({ packets: 1000 });
    await expectSoon(() => numbers().at(-1) === 1000);
    const row = await the('.list-row[aria-rowindex="990"]');
    row.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await expectSoon(() => selected() === '990');
    service.packets = 1100;
    await expectSoon(() => one('.filter-count')?.textContent.includes('1\u202f100'));
    await frames(3);
    expect(numbers()).toContain(990);
    expect(numbers().at(-1)).toBeLessThan(1010);
  });

  it('is walked by keys, opens the detail with Enter, and closes it with Escape', async () => {
    openPage({ packets: 5000 });
    const grid = await list();
    await expectSoon(() => numbers().at(-1) === 5000);
    grid.focus();
    await userEvent.keyboard('{Home}');
    await expectSoon(() => selected() === '1');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expectSoon(() => selected() === '3');
    expect(document.activeElement).toBe(grid);
    expect(grid.getAttribute('aria-activedescendant')).toBe(one('.list-row[aria-selected=true]')?.id);
    await userEvent.keyboard('{PageDown}');
    await expectSoon(() => Number(selected()) > 20);
    await userEvent.keyboard('{End}');
    await expectSoon(() => selected() === '5000');
    await userEvent.keyboard('{Enter}');
    await expectSoon(() => document.activeElement?.getAttribute('role') === 'tree');
    await userEvent.keyboard('{Escape}');
    await expectSoon(() => one('.detail') === undefined);
    expect(document.activeElement).toBe(grid);
  });

  it('goes to the fields of the packet that Enter was pressed on, though another one still shows', async () => {
    const answers: (() => void)[] = [];
    openPage({
      packets: 24,
      handlers: {
        getPacket: async ({ source, seq }) => {
          if (seq > 0) await new Promise<void>((resolve) => void answers.push(resolve));
          return fakeDetail(source, seq);
        },
      },
    });
    const grid = await list();
    await the('.list-row');
    grid.focus();
    await userEvent.keyboard('{Home}');
    await the('.event-facts');
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await expectSoon(() => answers.length === 1);
    await frames(3);
    expect(document.activeElement).toBe(grid);
    answers[0]?.();
    await expectSoon(() => document.activeElement?.getAttribute('role') === 'tree');
  });

  it('draws events between packets and names what is malformed with its statement', async () => {
    openPage({ packets: 24 });
    await the('.list-viewport');
    const event = await the('.event-row');
    expect(event.textContent).toContain('connection 2 opened · 192.0.2.10:8883');
    const faulty = await the('.faulty-row');
    expect(faulty.textContent).toContain('both its bits cannot be set');
    expect(faulty.textContent).toContain('MQTT-3.3.1-4');
    faulty.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    const note = await the('.note[data-tone="error"]');
    expect(note.textContent).toContain('both its bits cannot be set');
    expect(note.querySelector('[lang="en"]')?.textContent).toBe('Both QoS bits are set.');
  });

  it('redraws only the rows whose packet changed', async () => {
    const { service } = openPage({ packets: 10 });
    await expectSoon(() => numbers().at(-1) === 10);
    const first = await the('.list-row', 'CONNECT');
    const changed: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changed.push(...records));
    observer.observe(first, { childList: true, characterData: true, subtree: true });
    service.packets = 20;
    await expectSoon(() => numbers().at(-1) === 20);
    observer.disconnect();
    expect(changed).toEqual([]);
  });
});

describe('the detail', () => {
  const openRow = async (text: string) => {
    openPage({ packets: 24 });
    await expectSoon(() => numbers().includes(9));
    (await the('.list-row', text)).dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await the('.detail [role=tree]');
  };
  const lit = (kind: string) =>
    [...document.querySelectorAll<HTMLElement>(`.hex-bytes .lit-${kind}`)].map((cell) =>
      Number(cell.dataset['offset']),
    );
  const item = (name: string) => the('[role=treeitem]', name);

  it('lights a field’s bytes, and the field of a byte', async () => {
    await openRow('site/b2/temp');
    (await item('Topic Name')).click();
    await expectSoon(() => lit('selected').length === 14);
    expect(lit('selected')).toEqual(Array.from({ length: 14 }, (_, index) => 2 + index));
    await userEvent.hover(await the('.hex-bytes [data-offset="16"]'));
    const hovered = await expectSoon(() => one('[role=treeitem][data-hovered=true]'));
    expect(hovered.textContent).toContain('Packet Identifier');
    expect(lit('hovered')).toEqual([16, 17]);
    (await the('.hex-text [data-offset="40"]')).dispatchEvent(
      new MouseEvent('mousedown', { bubbles: true, button: 0 }),
    );
    await expectSoon(() => one('[role=treeitem][aria-selected=true]')?.textContent.includes('Payload'));
  });

  it('goes down to single bits, both ways', async () => {
    await openRow('site/b2/temp');
    await userEvent.click(await item('QoS'));
    const bits = () =>
      [...document.querySelectorAll<HTMLElement>('.hex-bits .lit-selected')].map((bit) => Number(bit.dataset['bit']));
    await expectSoon(() => bits().length === 2);
    expect(bits()).toEqual([2, 1]);
    await userEvent.hover(await the('.hex-bits [data-bit="3"]'));
    await expectSoon(() => one('[role=treeitem][data-hovered=true]')?.textContent.startsWith('DUP'));
    (await the('.hex-bits [data-bit="0"]')).dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await expectSoon(() => one('[role=treeitem][aria-selected=true]')?.textContent.includes('RETAIN'));
  });

  it('walks bytes with the keys', async () => {
    await openRow('site/b2/temp');
    (await the('.hex-viewport')).focus();
    await userEvent.keyboard('{ArrowDown}');
    await expectSoon(() => one('[role=treeitem][aria-selected=true]')?.textContent.includes('Packet Identifier'));
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    await expectSoon(() => one('[role=treeitem][aria-selected=true]')?.textContent.includes('Propert'));
  });

  it('shows the exchange as a ladder, and goes to the packet of a step', async () => {
    await openRow('site/b2/temp');
    await expectSoon(() => document.querySelectorAll('.ladder-step').length === 4);
    const step = await the('.ladder-step[role=button]', 'PUBCOMP');
    step.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await expectSoon(() => one('.detail-identity')?.textContent.includes('PUBCOMP'));
    await expectSoon(() => selected() === '12');
  });

  it('shows a JSON payload as a tree and its text', async () => {
    await openRow('site/a1/temp');
    (await the('[role=tab]', 'Payload')).click();
    const tree = await the('[aria-label="JSON payload"]');
    expect(tree.textContent).toContain('unit');
    (await the('[role=radio]', 'Base64')).click();
    await expectSoon(() => one('.payload-text')?.textContent.startsWith('eyJ0'));
  });
});

describe('a large payload', () => {
  it('says how much of it is shown, and loads more on demand', async () => {
    const payload = new Uint8Array(3_000_000).fill(0x61);
    const whole = new Uint8Array(payload.length + 10);
    whole.set(payload, 10);
    openPage({
      packets: 10,
      handlers: {
        getPacket: ({ source, seq }) => ({
          source,
          seq,
          timeUs: 0,
          direction: 'server-to-client',
          connection: 1,
          protocolVersion: 5,
          versionGuessed: false,
          type: 'publish',
          qos: 0,
          topic: 'big',
          length: whole.length,
          bytes: whole.slice(0, 65_536),
          fields: [{ name: 'payload', from: 10, to: whole.length, kind: 'bytes' }],
          payloadFrom: 10,
          payloadTo: whole.length,
          notes: [],
        }),
        readBytes: ({ from, to }) => whole.slice(from, to),
      },
    });
    await expectSoon(() => numbers().includes(6));
    (await the('.list-row', 'site/a1/temp')).dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    (await the('[role=tab]', 'Payload')).click();
    const notice = await the('.payload-cut');
    expect(notice.textContent).toContain('of 2.9\u202fMiB');
    (await the('.payload-cut button')).click();
    await expectSoon(() => one('.payload-cut')?.textContent.includes('1.1\u202fMiB of'));
    (await the('.payload-cut button')).click();
    await expectSoon(() => one('.payload-cut')?.textContent.includes('2.1\u202fMiB of'));
    (await the('.payload-cut button')).click();
    await expectSoon(() => one('.payload-cut') === undefined);
  });
});

describe('the filter', () => {
  it('filters, counts, and remembers', async () => {
    const { service } = openPage({ packets: 500 });
    const field = await the('[role=combobox]');
    await userEvent.click(field);
    await userEvent.keyboard('type:connack');
    await expectSoon(() => one('.filter-count')?.textContent === '1 of 500');
    await userEvent.keyboard('{Enter}');
    await expectSoon(() => service.documents.get('packet-filters') === '["type:connack"]');
    (await the('.list-row', 'CONNACK')).dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await expectSoon(() => one('.detail-identity')?.textContent.includes('CONNACK'));
  });

  it('marks what is wrong at its place, says why in words, and keeps the list as it was', async () => {
    const { service } = openPage({ packets: 500 });
    const field = await the('[role=combobox]');
    await expectSoon(() => numbers().at(-1) === 500);
    await userEvent.click(field);
    await userEvent.keyboard('qos:1 colour:red');
    await expectSoon(() => one('.filter-fault')?.textContent.includes('no field “colour”'));
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toContain('colour');
    expect(one('.filter-faulty')?.textContent).toMatch(/^colour/);
    expect(numbers().at(-1)).toBe(500);
    expect(service.calls.filter((call) => call.name === 'setFilter')).toEqual([]);
  });

  it('completes fields and topics', async () => {
    openPage({ packets: 500 });
    await userEvent.click(await the('[role=combobox]'));
    await userEvent.keyboard('to');
    await expectSoon(() => one('.filter-list [role=option]')?.textContent === 'topic:');
    await userEvent.keyboard('{Tab}');
    await expectSoon(() => one('.filter-list [role=option]', 'site/b2/temp'));
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    await expectSoon(() => (one('[role=combobox]') as HTMLInputElement | undefined)?.value === 'topic:site/b2/temp');
    await expectSoon(() => one('.filter-count')?.textContent.includes('of 500'));
  });

  it('is narrowed by the chips, which arrow keys walk', async () => {
    const { service } = openPage({ packets: 500 });
    await userEvent.click(await the('[role=radio]', 'Acks'));
    await expectSoon(() => service.calls.some((call) => call.name === 'setFilter'));
    await expectSoon(() => one('.filter-count')?.textContent.includes('of 500'));
    await userEvent.keyboard('{ArrowRight}');
    await expectSoon(() => one('[role=radio][aria-checked=true]')?.textContent === 'Session');
  });

  it('that hides a packet gives way when the packet is asked for', async () => {
    const { app } = openPage({ packets: 500 });
    const field = await the('[role=combobox]');
    await userEvent.click(field);
    await userEvent.keyboard('type:connack');
    await expectSoon(() => one('.filter-count')?.textContent === '1 of 500');
    app.navigation.go({ to: 'packet', source: 1, seq: 200 });
    await expectSoon(() => selected() === '201');
    expect((field as HTMLInputElement).value).toBe('');
  });
});

describe('a packet that another panel asks for', () => {
  it('is brought on screen once this panel is there', async () => {
    const { app } = openPage({ packets: 5000 });
    await expectSoon(() => numbers().at(-1) === 5000);
    app.navigation.showPanel('flows');
    await expectSoon(() => one('#panel-tab-flows')?.getAttribute('aria-selected') === 'true');
    await frames(3);
    app.navigation.go({ to: 'packet', source: 1, seq: 2345 });
    await expectSoon(() => selected() === '2346');
    await expectSoon(() => one('.detail-identity')?.textContent.includes('2\u202f346'));
  });
});

describe('the menu of a row', () => {
  it('edits and resends, filters, and copies', async () => {
    const { app } = openPage({ packets: 24 });
    await expectSoon(() => numbers().includes(9));
    const asked: unknown[] = [];
    app.navigation.serve({ publish: (request) => void asked.push(request.message) });
    const row = await the('.list-row', 'site/b2/temp');
    row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 300, clientY: 300 }));
    (await the('[role=menuitem]', 'Edit and resend')).click();
    await expectSoon(() => asked.length === 1);
    expect(asked[0]).toMatchObject({
      topic: 'site/b2/temp',
      qos: 2,
      retain: false,
      properties: { contentType: 'json', userProperties: [['unit', '°C']] },
    });
  });

  it('is opened, walked and closed by keys alone', async () => {
    const { app } = openPage({ packets: 24 });
    await expectSoon(() => numbers().includes(9));
    const asked: unknown[] = [];
    app.navigation.serve({ publish: (request) => void asked.push(request.message.topic) });
    const focused = () => document.activeElement?.textContent ?? '';
    const row = await the('.list-row', 'site/b2/temp');
    row.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    (await list()).focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await expectSoon(() => document.activeElement?.getAttribute('role') === 'menu');
    await userEvent.keyboard('{ArrowDown}');
    await expectSoon(() => focused().startsWith('Copy as'));
    await userEvent.keyboard('{ArrowRight}');
    await expectSoon(() => focused().startsWith('Row as listed'));
    await userEvent.keyboard('{ArrowLeft}');
    await expectSoon(() => focused().startsWith('Copy as'));
    await userEvent.keyboard('{Escape}');
    await expectSoon(() => document.activeElement === one('[role=grid]'));
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await expectSoon(() => document.activeElement?.getAttribute('role') === 'menu');
    await userEvent.keyboard('edit');
    await expectSoon(() => focused().startsWith('Edit and resend'));
    await userEvent.keyboard('{Enter}');
    await expectSoon(() => asked.length === 1);
    expect(asked).toEqual(['site/b2/temp']);
  });

  it('resends at once, by menu and by key, and edits by key', async () => {
    const { app, service } = openPage({ packets: 24 });
    await expectSoon(() => numbers().includes(9));
    const asked: string[] = [];
    app.navigation.serve({ publish: (request) => void asked.push(request.message.topic) });
    const resent = () => service.calls.filter(({ name }) => name === 'resend').map(({ input }) => input);
    const row = await the('.list-row', 'site/b2/temp');
    row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 300, clientY: 300 }));
    (await the('[role=menuitem]', 'Resend')).click();
    const first = await expectSoon(() => resent()[0]);
    expect(first).toMatchObject({ source: 1, to: 1 });
    row.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await the('.detail [role=tree]');
    (await list()).focus();
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expectSoon(() => resent().length === 2);
    expect(resent()[1]).toEqual(first);
    await userEvent.keyboard('{Alt>}{Enter}{/Alt}');
    await expectSoon(() => asked.length === 1);
    expect(asked).toEqual(['site/b2/temp']);
  });

  it('copies in the form chosen, with credentials only once they are asked for', async () => {
    const { service } = openPage({ packets: 24 });
    await expectSoon(() => numbers().includes(9));
    const copied = () => service.calls.filter(({ name }) => name === 'copyPacket').map(({ input }) => input);
    const row = await the('.list-row', 'site/b2/temp');
    row.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    const press = async (item: string) => {
      (await the('.detail button[aria-label="Copy as"]')).click();
      (await the('[role^=menuitem]', item)).click();
      await expectSoon(() => one('[role=menu]') === undefined);
    };
    await press('paho-mqtt 2.x');
    await press('Write out user name');
    await press('MQTT.js');
    await expectSoon(() => copied().length === 2);
    expect(copied()).toMatchObject([
      { form: 'paho2', credentials: false },
      { form: 'mqttjs', credentials: true },
    ]);
  });
});
