import { expect, it } from 'vitest';
import { customerMappingOf, customerMeaningsOf } from './customer-mapping';

const columns = ['customerID', 'MonthlyCharges', 'gender', 'Notes'];

it('shows the guess by column and gives it back unchanged', () => {
  const guess = { externalId: 'customerID', price: 'MonthlyCharges', data: ['gender'] };
  const meanings = customerMeaningsOf(columns, guess);
  expect(meanings).toEqual({ customerID: 'externalId', MonthlyCharges: 'price', gender: 'data', Notes: 'skip' });
  expect(customerMappingOf(columns, meanings)).toEqual(guess);
});

it('takes the first of two columns with one meaning, and leaves out what nobody wants', () => {
  expect(customerMappingOf(columns, { customerID: 'externalId', MonthlyCharges: 'externalId' })).toEqual({ externalId: 'customerID' });
});
