// The console as people use it: a real program on a fresh demo folder, a real browser, both languages, wide and narrow.
// SHANGYUN_BIN names the program; pictures for people go to ./out.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const samples = join(here, '..', 'data');
const out = join(here, 'out');
const axe = readFileSync(join(here, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const languages = ['zh-CN', 'en'];

let folder, program, base, accounts, browser;

before(async () => {
  assert.ok(process.env.SHANGYUN_BIN, 'SHANGYUN_BIN names the program');
  mkdirSync(out, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'shangyun-browser-'));
  program = spawn(process.env.SHANGYUN_BIN, ['--data', folder, 'serve', '--demo'], {
    env: { ...process.env, SHANGYUN_ADMIN__LISTEN: '127.0.0.1:0', SHANGYUN_LOG__LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the program did not start: ${text}`)), 120_000);
    program.on('exit', (code) => reject(new Error(`the program ended with ${code}`)));
    program.stdout.on('data', (data) => {
      text += data;
      if (/^\s+leader\s+\S+/m.test(text)) {
        clearTimeout(late);
        resolve();
      }
    });
  });
  base = text.match(/http:\/\/\S+/)[0];
  accounts = Object.fromEntries([...text.matchAll(/^ {2}(\S+)\s+(\S+)\s+\S+/gm)].map((found) => [found[1], found[2]]));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  program?.removeAllListeners('exit');
  program?.kill('SIGTERM');
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A page in which somebody is signed in; `complaints` collects what the browser's console says is wrong. */
async function signedIn(account, language, width = 1366) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: language, acceptDownloads: true });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => {
    // A refused form answers 422 and a hidden page 404, and a day that does not exist is no value of a date field:
    // the browser notes all three, and none is a mistake.
    const expected = /status of 4(04|22)|does not conform to the required format/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !expected) page.complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.complaints.push(`${page.url()}: ${error.message}`));
  await page.goto(`${base}/sign-in`);
  await page.fill('input[autocomplete=username]', account);
  await page.fill('input[type=password]', accounts[account]);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith('/sign-in')), page.keyboard.press('Enter')]);
  return page;
}

/** What every page must be: complete, without a missing word, without sideways scrolling. */
async function isSound(page, name) {
  const body = await page.locator('body').innerText();
  assert.doesNotMatch(body, /[⟦⟧]/, `${name} lacks a word`);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(sideways <= 1, `${name} scrolls sideways by ${sideways} pixels`);
  assert.equal(await page.locator('h1').count(), 1, `${name} has one heading`);
}

/** No serious finding of axe. Scripts of tests are run past the page's own policy. */
async function isAccessible(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
    .filter((violation) => ['serious', 'critical'].includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html).join(' | ')}`));
  assert.deepEqual(found, [], name);
}

const pages = ['/worklist', '/overview', '/systems', '/data-centers', '/components', '/zones', '/departments', '/exceptions',
  '/migrations', '/flags', '/rules', '/imports', '/imports/new', '/tokens', '/account', '/jobs', '/help', '/systems/new'];
const officePages = ['/people', '/people/new', '/audit'];

for (const language of languages) {
  describe(language, () => {
    test('every page is complete, wide and narrow, without a serious finding', async () => {
      for (const [account, width, paths] of [['operator', 1366, pages], ['operator', 420, pages], ['admin', 1366, officePages], ['admin', 420, officePages]]) {
        const page = await signedIn(account, language, width);
        for (const path of paths) {
          const answer = await page.goto(base + path);
          assert.equal(answer.status(), 200, path);
          await isSound(page, `${path} at ${width}`);
          if (width === 1366) await isAccessible(page, path);
          await page.screenshot({ path: join(out, `${language}-${width}${path.replaceAll('/', '-')}.png`) });
        }
        assert.deepEqual(page.complaints, []);
        await page.context().close();
      }
    });

    test('a system says why it stands as it does, and what must be done', async () => {
      const page = await signedIn('operator', language);
      await page.goto(`${base}/systems?standing=unjustified`);
      await page.locator('table tbody a').first().click();
      await page.waitForURL(/\/systems\/[0-9a-f-]{36}/);
      await isSound(page, 'system');
      await isAccessible(page, 'system');
      assert.match(await page.locator('main').innerText(), language === 'en' ? /Unjustified/ : /应上云/);
      await page.screenshot({ path: join(out, `${language}-system.png`), fullPage: true });
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });

    test('a form that breaks a rule says so at the field and keeps what was typed', async () => {
      const page = await signedIn('department1', language);
      await page.goto(`${base}/systems/new`);
      await page.fill('[name=name]', 'Browser test 浏览器测试');
      await page.evaluate(() => { const day = document.querySelector('[name=live_on]'); day.type = 'text'; day.value = '2026-02-30'; });
      await page.locator('form.form .form-end button').click();
      await page.waitForSelector('text=2026-02-28');
      assert.equal(await page.inputValue('[name=name]'), 'Browser test 浏览器测试');
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  });
}

test('a department finds nothing of another department', async () => {
  const operator = await signedIn('operator', 'zh-CN');
  const own = await signedIn('department1', 'zh-CN');
  const seen = async (page) => {
    await page.goto(`${base}/systems`);
    return page.locator('table tbody tr td a[href^="/systems/"]').evaluateAll((links) => links.map((link) => link.pathname));
  };
  const [all, mine] = [await seen(operator), await seen(own)];
  const other = all.find((path) => !mine.includes(path));
  assert.ok(mine.length > 0 && other, 'the demo has systems of both');
  assert.equal((await own.goto(base + other)).status(), 404);
  for (const path of ['/people', '/audit']) assert.equal((await own.goto(base + path)).status(), 404, path);
  await operator.context().close();
  await own.context().close();
});

test('the keyboard leads to search and to the systems', async () => {
  const page = await signedIn('leader', 'en');
  await page.goto(`${base}/overview`);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('name')), 'q');
  await page.keyboard.press('Escape');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.waitForURL(/\/systems/);
  await page.context().close();
});

test("a stranger's spreadsheet goes in, comes again unchanged, and is taken back", async () => {
  const page = await signedIn('operator', 'en');
  const upload = async () => {
    await page.goto(`${base}/imports/new?kind=systems`);
    await page.setInputFiles('input[type=file]', join(samples, 'us-dotgov-federal.csv'));
    await Promise.all([page.waitForURL(/\/imports\/[0-9a-f-]{36}/), page.locator('form.wizard button.btn-primary').first().click()]);
    await page.screenshot({ path: join(out, 'import-understood.png'), fullPage: true });
    await isSound(page, 'what was understood');
    await isAccessible(page, 'what was understood');
    if (/\/mapping$/.test(page.url())) {
      await Promise.all([page.waitForURL(/\/imports\/[0-9a-f-]{36}$/), page.locator('form.wizard button.btn-primary').first().click()]);
    }
  };
  await upload();
  assert.match(await page.locator('main').innerText(), /1,321/);
  await isSound(page, 'the check');
  await isAccessible(page, 'the check');
  await page.screenshot({ path: join(out, 'import-refused.png'), fullPage: true });
  await page.locator('main a[href$="/missing"]').first().click();
  await page.waitForURL(/\/missing$/);
  await page.screenshot({ path: join(out, 'import-missing.png') });
  await page.locator('form[action$="/missing"] button').first().click();
  await page.waitForSelector('form[action$="/apply"]');
  await page.screenshot({ path: join(out, 'import-check.png'), fullPage: true });
  await page.locator('form[action$="/apply"] button.btn-primary').click();
  await page.waitForSelector('a[href$="/undo"], form[action$="/undo"]', { timeout: 60_000 });
  await page.screenshot({ path: join(out, 'import-applied.png'), fullPage: true });
  const applied = page.url();
  await upload();
  assert.match(await page.locator('main').innerText(), /1,321 unchanged/);
  await page.goto(`${applied.replace(/\/progress$/, '')}/undo`);
  await page.locator('[name=why]').fill('a browser test');
  await Promise.all([page.waitForURL(/\/imports\/[0-9a-f-]{36}$/), page.locator('form.form .form-end button').click()]);
  await page.goto(`${base}/systems?q=access-board`);
  assert.equal(await page.locator('table tbody a[href^="/systems/"]').count(), 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
