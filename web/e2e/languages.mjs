// One agent works in Korean and one supervisor in Filipino: chosen where they sign in, kept for them, said everywhere.
import { must, person } from './lib.mjs';
import { violations } from './access.mjs';
import { settled } from './pages.mjs';

/** Signs in by the page in another language, chosen there. */
async function signInAs(page, login, words) {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: words.language }).click();
  await page.getByLabel(words.email).fill(login.email);
  await page.getByLabel(words.password).fill(login.password);
  await page.getByRole('button', { name: words.submit, exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

async function mustSpeak(page, language) {
  const spoken = await page.evaluate(() => document.documentElement.lang);
  must(spoken === language, `the page says it is in ${spoken}, not in ${language}`);
}

async function mustBeAccessible(page, name) {
  const faults = await violations(page);
  must(faults.length === 0, `${name}: ${faults.join('\n')}`);
}

export const journeys = {
  async 'languages: an agent works in Korean, and it is kept for them'(house) {
    const { page, context, errors } = await person(house, null);
    await signInAs(page, house.login('agent'), { language: '한국어', email: '이메일', password: '비밀번호', submit: '로그인' });
    await page.getByTestId('my-state').waitFor();
    await mustSpeak(page, 'ko');
    await page.keyboard.press('p');
    await page.getByRole('menuitem', { name: '교육' }).click();
    await page.getByTestId('my-state').getByText('교육').waitFor();
    await mustBeAccessible(page, 'desk in Korean');
    await page.reload();
    await page.getByTestId('my-state').getByText('이석').waitFor();
    await page.getByRole('button', { name: /계정$/ }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByTestId('my-state').getByText('Away').waitFor();
    await mustSpeak(page, 'en');
    must(errors.length === 0, errors.join('\n'));
    await context.close();
  },

  async 'languages: a supervisor watches the floor in Filipino, also on a phone'(house) {
    const { page, context, errors } = await person(house, null, { viewport: { width: 390, height: 844 }, locale: 'tl-PH' });
    await signInAs(page, house.login('supervisor'), { language: 'Filipino', email: 'E-mail', password: 'Password', submit: 'Mag-sign in' });
    await page.goto('/floor');
    await page.getByTestId('agent-tile').first().waitFor();
    await mustSpeak(page, 'fil');
    await mustBeAccessible(page, 'floor in Filipino');
    await page.getByRole('button', { name: 'Itigil ang lahat ng pag-dial' }).click();
    await page.getByRole('dialog').getByText(/Sa loob ng isang segundo, walang campaign/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Kanselahin' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto('/nowhere');
    await settled(page);
    await page.getByText('Walang ganitong pahina').waitFor();
    must(errors.length === 0, errors.join('\n'));
    await context.close();
  },
};
