import { describe, expect, it } from 'vitest';
import { runStates } from '../api/pay';
import { nextStep, steps, stepsDone } from './steps';

describe('the path of a run', () => {
  it('has a next step from every state but the last', () => {
    expect(runStates.map((state) => nextStep(state))).toEqual([...steps, undefined]);
  });

  it('counts what is done', () => {
    expect(runStates.map(stepsDone)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
