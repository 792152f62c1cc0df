// The console as people use it: a real program on a fresh demo folder, a real browser, both languages, wide and narrow.
// SHANGYUN_BIN names the program; pictures for people go to ./out.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
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
  program = spawn(join(here, '..', 'cluster', 'demo'), [process.env.SHANGYUN_BIN, folder], {
    env: { ...process.env, SHANGYUN_ADMIN__LISTEN: '127.0.0.1:0', SHANGYUN_LOG__LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
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
  if (program?.exitCode === null) {
    const ended = new Promise((resolve) => { program.on('exit', resolve); });
    process.kill(-program.pid, 'SIGTERM');
    await ended;
  }
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

const pages = ['/worklist', '/overview', '/systems', '/data-centers', '/components', '/zones', '/departments', '/legal-bases', '/exceptions',
  '/migrations', '/requests', '/workspaces', '/drift', '/clusters', '/flags', '/rules', '/imports', '/imports/new', '/tokens', '/account', '/jobs', '/help', '/systems/new'];
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

/** Clicks what leads to another page, and waits for it. */
async function go(page, locator) {
  await Promise.all([page.waitForNavigation(), locator.click()]);
}

for (const language of languages) {
  const zh = language === 'zh-CN';
  test(`${language}: a request goes from the system's page to a workspace that kubectl shows`, async () => {
    const owner = await signedIn('department1', language);
    await owner.goto(`${base}/systems?standing=unjustified`);
    const systems = await owner.locator('table tbody tr td a[href^="/systems/"]').evaluateAll((links) => links.map((link) => link.pathname));
    const system = systems[zh ? 0 : 1];
    await owner.goto(base + system);
    await go(owner, owner.locator('.standing-do a[href^="/move/"]'));
    await isSound(owner, 'the form of a move');
    await isAccessible(owner, 'the form of a move');
    await owner.screenshot({ path: join(out, `${language}-move.png`), fullPage: true });
    // Nothing is kept of a form that is not complete; what was typed stays.
    await owner.fill('[name=contact]', 'Li Lei 李雷');
    await go(owner, owner.locator('form.form .form-end button'));
    assert.equal(await owner.inputValue('[name=contact]'), 'Li Lei 李雷');
    const zone = await owner.locator('[name=zone] option', { hasText: '政务外网区' }).getAttribute('value');
    await owner.selectOption('[name=zone]', zone);
    await owner.fill('[name=planned_cutover_on]', '2027-06-30');
    await owner.fill('[name=reason]', zh ? '机房年底关停' : 'The room closes at the end of the year');
    await owner.fill('[name=rollback_plan]', zh ? '保留原系统两周' : 'The old system is kept for two weeks');
    await owner.fill('[name=owners]', 'permit-admins');
    await go(owner, owner.locator('form.form .form-end button'));
    await owner.waitForURL(/\/requests\/[0-9a-f-]{36}/);
    await go(owner, owner.locator('button[value=submit]'));
    const request = new URL(owner.url()).pathname;
    await isSound(owner, 'the request');
    assert.equal(await owner.locator('button[value=approve]').count(), 0, 'nobody approves his own');

    const approver = await signedIn('approver1', language);
    await approver.goto(`${base}/requests`);
    await isSound(approver, 'requests');
    await approver.goto(base + request);
    await approver.locator('.plan-objects > summary').click();
    await isSound(approver, 'the plan');
    await isAccessible(approver, 'the plan');
    await approver.screenshot({ path: join(out, `${language}-plan.png`), fullPage: true });
    await go(approver, approver.locator('button[value=approve]'));
    const clicked = Date.now();
    // Live: nobody reloads.
    await approver.waitForSelector(zh ? '#live >> text=已开通，可以迁入' : '#live >> text=Ready to move in', { timeout: 60_000 });
    console.log(`${language}: from the click on approve to ready on the page: ${Date.now() - clicked} ms`);
    await isAccessible(approver, 'the request while it is made');
    await approver.screenshot({ path: join(out, `${language}-ready.png`), fullPage: true });
    const name = await approver.locator('.delivery dd').nth(1).innerText();
    const kubectl = join(readFileSync(join(folder, 'cluster', 'bin'), 'utf8').trim(), 'kubectl');
    const listed = execFileSync(kubectl, ['--kubeconfig', join(folder, 'cluster', 'kubeconfig-admin'), 'get', 'ws', name], { encoding: 'utf8' });
    assert.match(listed, /Usable/);

    // A break-glass administrator; what he changed is put back and told.
    execFileSync(kubectl, ['--kubeconfig', join(folder, 'cluster', 'kubeconfig-break-glass'), 'patch', 'resourcequota', 'shangyun', '-n', name, '--type=merge', '-p', '{"spec":{"hard":{"pods":"900"}}}']);
    await go(approver, approver.locator('.delivery a[href^="/workspaces/"]'));
    await approver.waitForSelector('#drift >> text=spec.hard.pods', { timeout: 30_000 });
    await isSound(approver, 'the workspace');
    await isAccessible(approver, 'the workspace');
    await approver.screenshot({ path: join(out, `${language}-workspace.png`), fullPage: true });

    const narrow = await signedIn('department1', language, 420);
    for (const path of [request, new URL(approver.url()).pathname]) {
      await narrow.goto(base + path);
      await isSound(narrow, `${path} at 420`);
    }
    await narrow.goto(base + request);
    await narrow.screenshot({ path: join(out, `${language}-request-narrow.png`), fullPage: true });
    await go(narrow, narrow.locator('button[value=cut_over]'));
    await narrow.setInputFiles('[name=file]', { name: '下线证明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 proof') });
    await go(narrow, narrow.locator('#evidence form button'));
    await go(narrow, narrow.locator('button[value=source_off]'));
    const operator = await signedIn('operator', language);
    await operator.goto(base + request);
    await go(operator, operator.locator('button[value=close]'));
    await operator.goto(base + system);
    assert.match(await operator.locator('.standing-word').innerText(), zh ? /已上云/ : /On cloud/);
    for (const page of [owner, approver, narrow, operator]) {
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
  });

  test(`${language}: a workspace is frozen and freed, and ends in two steps that two people take`, async () => {
    const owner = await signedIn('department2', language);
    await owner.goto(`${base}/systems?standing=unjustified`);
    await go(owner, owner.locator('table tbody tr td a[href^="/systems/"]').first());
    await go(owner, owner.locator('.standing-do a[href^="/move/"]'));
    const zone = await owner.locator('[name=zone] option', { hasText: '政务外网区' }).getAttribute('value');
    await owner.selectOption('[name=zone]', zone);
    await owner.fill('[name=planned_cutover_on]', '2027-06-30');
    for (const field of ['reason', 'rollback_plan']) await owner.fill(`[name=${field}]`, zh ? '试迁移' : 'A trial');
    await go(owner, owner.locator('form.form .form-end button'));
    await go(owner, owner.locator('button[value=submit]'));
    const request = new URL(owner.url()).pathname;
    const approver = await signedIn('approver1', language);
    await approver.goto(base + request);
    await go(approver, approver.locator('button[value=approve]'));
    await approver.waitForSelector(zh ? '#live >> text=已开通，可以迁入' : '#live >> text=Ready to move in', { timeout: 60_000 });
    const workspace = await approver.locator('.delivery a[href^="/workspaces/"]').getAttribute('href');

    const operator = await signedIn('operator', language);
    await operator.goto(base + workspace);
    const name = await operator.locator('h1').innerText();
    const colleague = await operator.context().newPage();
    await colleague.goto(base + workspace);
    await colleague.fill('[name=freeze_reason]', zh ? '还没写完' : 'Not yet written to its e');
    await operator.fill('[name=freeze_reason]', zh ? '异常流量，等待核实' : 'Unusual traffic, being looked into');
    await go(operator, operator.locator('#freeze button'));
    for (const page of [operator, colleague]) {
      await page.waitForSelector(zh ? '#live >> text=已生效' : '#live >> text=In force', { timeout: 30_000 });
    }
    // The news did not take what the other one was writing.
    assert.equal(await colleague.inputValue('[name=freeze_reason]'), zh ? '还没写完' : 'Not yet written to its e');
    await colleague.close();
    await isSound(operator, 'a frozen workspace');
    await isAccessible(operator, 'a frozen workspace');
    await operator.screenshot({ path: join(out, `${language}-frozen.png`), fullPage: true });
    await operator.fill('[name=freeze_reason]', zh ? '已核实，恢复' : 'Looked into, all is well');
    // While the answer is on its way the page does not ask what is new: being drawn anew, it would throw the answer away.
    const asked = [];
    const listen = (request) => { asked.push(request.url()); };
    await operator.route('**/unfreeze', async (route) => {
      const response = await route.fetch({ maxRedirects: 0 });
      operator.on('request', listen);
      await new Promise((resolve) => { setTimeout(resolve, 5_000); });
      operator.off('request', listen);
      await route.fulfill({ response });
    });
    await go(operator, operator.locator('#freeze button'));
    assert.deepEqual(asked, []);

    await owner.goto(base + request);
    await owner.fill('[name=reason]', zh ? '项目终止' : 'The project is over');
    await go(owner, owner.locator('button[value=cancel]'));
    await owner.goto(base + workspace);
    await owner.fill('[name=exit_reason]', zh ? '项目终止，不再需要' : 'The project is over, nobody needs it');
    await go(owner, owner.locator('#exit button'));
    await isSound(owner, 'an exit that was asked for');
    await approver.goto(base + workspace);
    await isAccessible(approver, 'an exit before its approver');
    await go(approver, approver.locator('button[value=approve]'));
    await approver.screenshot({ path: join(out, `${language}-exit-approved.png`), fullPage: true });
    await operator.goto(base + workspace);
    await operator.waitForSelector(zh ? '#live >> text=空间已清空' : '#live >> text=It is empty', { timeout: 30_000 });
    await operator.fill('[name=confirm]', name);
    await operator.screenshot({ path: join(out, `${language}-exit.png`), fullPage: true });
    await go(operator, operator.locator('button[value=carry_out]'));
    await operator.waitForSelector(zh ? '#live >> text=容量已释放' : '#live >> text=its capacity is free', { timeout: 60_000 });
    await isSound(operator, 'a workspace that was taken away');
    const narrow = await signedIn('department2', language, 420);
    for (const path of [workspace, '/drift']) {
      await narrow.goto(base + path);
      await isSound(narrow, `${path} at 420`);
      await narrow.screenshot({ path: join(out, `${language}-${path === '/drift' ? 'drift' : 'reclaimed'}-narrow.png`), fullPage: true });
    }
    await operator.goto(`${base}/drift`);
    await isSound(operator, 'drift');
    await isAccessible(operator, 'drift');
    await operator.screenshot({ path: join(out, `${language}-drift.png`), fullPage: true });
    for (const page of [owner, approver, operator, narrow]) {
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
  });

  test(`${language}: a justification needs two approvers and turns its system into an exception`, async () => {
    const owner = await signedIn(zh ? 'department1' : 'department2', language);
    await owner.goto(`${base}/systems?standing=unjustified`);
    const system = new URL(await owner.locator('table tbody tr td a[href^="/systems/"]').last().getAttribute('href'), base).pathname;
    await owner.goto(base + system);
    await go(owner, owner.locator('.standing-do a[href^="/justify/"]'));
    await isSound(owner, 'the form of a justification');
    await isAccessible(owner, 'the form of a justification');
    await owner.screenshot({ path: join(out, `${language}-justify.png`), fullPage: true });
    await owner.locator('[name=question_bound][value=true]').check();
    await owner.selectOption('[name=legal_basis]', { index: 1 });
    for (const field of ['basis_article', 'alternatives', 'controls', 'leader', 'exit_plan']) await owner.fill(`[name=${field}]`, `${field} 依据`);
    await go(owner, owner.locator('form.form .form-end button'));
    assert.equal(await owner.locator('.error').count(), 1, 'an exception has an end');
    await owner.fill('[name=expires_on]', '2027-06-30');
    await go(owner, owner.locator('form.form .form-end button'));
    await go(owner, owner.locator('button[value=submit]'));
    const request = new URL(owner.url()).pathname;
    const first = await signedIn('approver1', language);
    await first.goto(base + request);
    await go(first, first.locator('button[value=endorse]'));
    await go(first, first.locator('button[value=approve]'));
    await first.waitForSelector('.flash.refused');
    const second = await signedIn('approver2', language);
    await second.goto(base + request);
    await second.screenshot({ path: join(out, `${language}-exception.png`), fullPage: true });
    await go(second, second.locator('button[value=approve]'));
    await owner.goto(base + system);
    assert.match(await owner.locator('.standing-word').innerText(), zh ? /例外/ : /Excepted/);
    for (const page of [owner, first, second]) {
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
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
