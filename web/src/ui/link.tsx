import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ReactNode, Ref } from 'react';

interface Labelled {
  ref?: Ref<HTMLAnchorElement>;
  children?: ReactNode;
}

/** A link that looks like a button; its address is checked by the router's types. */
export const LinkButton = createLink((props: ButtonProps & Labelled) => <Button component="a" {...props} />);

/** A link in text. */
export const LinkText = createLink((props: AnchorProps & Labelled) => <Anchor {...props} />);
