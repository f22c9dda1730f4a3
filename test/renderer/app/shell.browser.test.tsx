import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { fakeSource } from '../support/fake-service.ts';
import { one, openPage, the, expectSoon } from '../support/page.ts';

const theme = () => document.documentElement.dataset['theme'];

describe('settings', () => {
  it('switch the theme at run time', async () => {
    openPage({ packets: 10 });
    await expectSoon(() => theme() === 'dark');
    const dark = getComputedStyle(document.body).backgroundColor;
    await userEvent.keyboard('{Control>},{/Control}');
    await userEvent.selectOptions(await the('select'), 'light');
    await expectSoon(() => theme() === 'light');
    expect(getComputedStyle(document.body).backgroundColor).not.toBe(dark);
  });

  it('switch the language of everything that is on screen', async () => {
    openPage({ packets: 24 });
    await the('[role=tab]', 'Packets');
    (await the('.list-row', 'CONNECT')).dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await the('[role=tab]', 'Fields');
    (await the('.status-button')).click();
    (await the('[role=menuitem]', '简体中文')).click();
    await the('[role=tab]', '报文');
    await the('[role=tab]', '字段');
    await the('.event-row', '连接 2 已建立');
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(one('.status-state')?.textContent).toContain('已连接');
  });

  it('say which numbers they take, and send only those', async () => {
    const { service } = openPage();
    await the('.toolbar');
    await userEvent.keyboard('{Control>},{/Control}');
    const field = await the('input[inputmode=numeric]');
    await userEvent.fill(field, '3');
    await expectSoon(() => one('.field-error')?.textContent.includes('from 16 to 16\u202f384'));
    await userEvent.keyboard('{Enter}');
    expect(service.settings.byteBudget).toBe(1_073_741_824);
    await userEvent.fill(field, '64');
    await userEvent.keyboard('{Enter}');
    await expectSoon(() => service.settings.byteBudget === 64 * 1_048_576);
  });
});

describe('the palette', () => {
  it('finds a command by its letters and runs it', async () => {
    openPage({ packets: 10 });
    await the('.toolbar');
    await userEvent.keyboard('{Control>}k{/Control}');
    await the('.palette-input');
    await userEvent.keyboard('theme li{Enter}');
    await expectSoon(() => theme() === 'light');
    expect(one('.palette')).toBeUndefined();
  });

  it('lists every command that can run, with its keys', async () => {
    const { app } = openPage({ packets: 10 });
    await the('[role=tab]', 'Packets');
    await the('.filter-input');
    await userEvent.keyboard('{Control>}k{/Control}');
    await the('.palette-input');
    const listed = [...document.querySelectorAll('.palette [role=option]')].map((option) => option.textContent);
    for (const command of app.commands.available('packets').filter(({ id }) => id !== 'app.palette'))
      expect(listed.some((text) => text.includes(command.title()))).toBe(true);
    await userEvent.keyboard('no such thing at all');
    await the('.palette-none');
    await userEvent.keyboard('{Escape}');
    await expectSoon(() => one('.palette') === undefined);
  });
});

describe('sources', () => {
  const two = [fakeSource(), fakeSource({ id: 2, name: 'garage', state: 'failed', demo: false })];

  it('say their state in words, not by colour alone', async () => {
    openPage({ sources: two });
    expect((await the('#source-2')).getAttribute('aria-label')).toBe('garage, session, failed');
  });

  it('are renamed in place, moved by keys, and closed after a question where packets would be lost', async () => {
    const { service } = openPage({ sources: two, packets: 100 });
    (await the('#source-1')).focus();
    await userEvent.keyboard('{F2}');
    const field = await the('.source-name');
    await userEvent.fill(field, 'lamp');
    await userEvent.keyboard('{Enter}');
    await the('#source-1', 'lamp');
    (await the('#source-1')).focus();
    await userEvent.keyboard('{Alt>}{ArrowRight}{/Alt}');
    await expectSoon(() => service.sources[1]?.name === 'lamp');
    await expectSoon(() => one('#source-1')?.previousElementSibling?.id === 'source-2');
    (await the('#source-1')).focus();
    await userEvent.keyboard('{Delete}');
    await expectSoon(() => one('[role=alertdialog]')?.textContent.includes('100'));
    (await the('[role=alertdialog] .danger')).click();
    await expectSoon(() => service.sources.length === 1);
    await expectSoon(() => one('#source-2')?.getAttribute('aria-selected') === 'true');
  });

  it('are recorded and cleared by keys', async () => {
    const { service } = openPage({ packets: 100 });
    await the('.list-row');
    await userEvent.keyboard('{Control>}e{/Control}');
    await expectSoon(() => service.sources[0]?.recording === false);
    await the('.status', 'recording is off');
    await userEvent.keyboard('{Control>}l{/Control}');
    await expectSoon(() => one('.empty-state')?.textContent.includes('No packets yet'));
  });

  it('offer a way on where there is none', async () => {
    const { service } = openPage({ sources: [] });
    (await the('.empty-state .primary')).click();
    await expectSoon(() => service.sources.length === 1);
    await the('#source-1[aria-selected=true]');
  });
});

describe('what is wrong', () => {
  it('a lost link is said, rows stay, and everything is back afterwards', async () => {
    const { service } = openPage({ packets: 300 });
    await expectSoon(() => one('.list-row[aria-rowindex="300"]'));
    service.drop();
    await the('.notice[role=alert]', 'link');
    expect(one('.list-row[aria-rowindex="300"]')).toBeDefined();
    service.packets = 400;
    await expectSoon(() => one('.notice') === undefined && one('.list-row[aria-rowindex="400"]'));
  });

  it('verification that is off is said for as long as it is', async () => {
    const tls = { protocol: 'TLSv1.3', authorized: false, verificationOff: true };
    const { service } = openPage({ sources: [fakeSource({ tls })] });
    const notice = await the('.notice', 'verification is off');
    expect(notice.querySelector('[aria-label="Dismiss"]')).toBeNull();
    service.announce({ sources: [fakeSource()] });
    await expectSoon(() => one('.notice') === undefined);
  });

  it('a notice of the host can be dismissed', async () => {
    openPage({ notices: [{ id: 3, level: 'error', failure: { code: 'disk-full', data: { file: 'x.json' } } }] });
    const notice = await the('.notice', 'x.json');
    notice.querySelector<HTMLElement>('button')?.click();
    await expectSoon(() => one('.notice') === undefined);
  });

  it('an action that fails says why, in the language of the moment', async () => {
    openPage({
      packets: 5,
      handlers: {
        clearCapture: () => {
          throw new Error('surprise');
        },
      },
    });
    await the('.list-row');
    await userEvent.keyboard('{Control>}l{/Control}');
    const notice = await the('.notice[role=alert]', 'fault of the inspector');
    expect(notice.textContent).toContain('surprise');
  });
});

describe('access', () => {
  it('every control has a name', async () => {
    openPage({ packets: 24 });
    await the('.list-row');
    (await the('.list-row', 'site/b2/temp')).dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await the('.detail [role=tree]');
    const controls = document.querySelectorAll<HTMLElement>(
      'button, input, select, [role=grid], [role=tree], [tabindex="0"]',
    );
    for (const control of controls) {
      const labelled = control.getAttribute('aria-label') ?? control.textContent.trim();
      const byLabel = control instanceof HTMLInputElement && (control.labels?.length ?? 0) > 0;
      expect(labelled !== '' || byLabel, control.outerHTML.slice(0, 200)).toBe(true);
    }
  });

  it('the keys are listed on a press of ?', async () => {
    openPage({ packets: 5 });
    (await the('[role=grid]')).focus();
    await userEvent.keyboard('?');
    const pane = await the('.side-pane');
    expect(pane.textContent).toContain('Ctrl+K');
    await userEvent.keyboard('{Escape}');
    await expectSoon(() => one('.side-pane') === undefined);
  });
});
