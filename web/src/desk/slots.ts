import { instantOf, wallAt } from '../ui/zone';

/** Hours in which people may be called, by their own clock, where no stricter rule is known. */
export const legalFrom = 8;
export const legalTo = 21;

export interface Slot {
  day: string;
  hour: number;
  minute: number;
}

/** The next days in a zone, today first, as "2026-11-23". */
export function daysFrom(now: number, zone: string, count: number): string[] {
  const noon = instantOf(`${wallAt(now, zone).slice(0, 10)}T12:00`, zone);
  return Array.from({ length: count }, (_, i) => wallAt(noon + i * 86_400_000, zone).slice(0, 10));
}

/** The next whole hour that is legal there: where the picker starts. */
export function firstSlot(now: number, zone: string): Slot {
  const wall = wallAt(now + 3_600_000, zone);
  const hour = Number(wall.slice(11, 13));
  if (hour >= legalFrom && hour < legalTo) return { day: wall.slice(0, 10), hour, minute: 0 };
  const day = hour < legalFrom ? wall.slice(0, 10) : (daysFrom(now, zone, 2)[1] ?? wall.slice(0, 10));
  return { day, hour: 10, minute: 0 };
}

/** The instant of a slot, as the API takes it. */
export function slotInstant(slot: Slot, zone: string): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return new Date(instantOf(`${slot.day}T${two(slot.hour)}:${two(slot.minute)}`, zone)).toISOString();
}

export const isLegal = (hour: number) => hour >= legalFrom && hour < legalTo;
