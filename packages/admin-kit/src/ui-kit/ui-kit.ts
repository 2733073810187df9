import type { ComponentType, ReactNode } from "react";

/**
 * What a host's design system has to draw for the pages: about twenty primitives with plain props. The comments are the
 * contract; `@webxkey/admin-kit/testing` holds a kit to them. Three rules go for every primitive:
 *
 * - A kit has no words of its own: all text arrives through props, already in the viewer's language.
 * - Whatever can be operated is operated with the keyboard too, and shows where the focus is.
 * - `unavailable` is the reason why a control does nothing now. The control stays in the tab order, is `aria-disabled`,
 *   and the reason is its accessible description: a control that is merely dead explains nothing.
 */
export interface UiKit {
  /**
   * Wraps every page. Sets `lang` and `dir`, and hosts what the other primitives need (styles, the place for notices). What
   * every kit does inside of it is in `KitRoot`.
   */
  readonly Root: ComponentType<RootProps>;
  /** One page of the host: its title is a heading of level 1. */
  readonly Page: ComponentType<PageProps>;
  /** A titled part of a page: a region named by its heading of level 2, which can be given the focus. */
  readonly Section: ComponentType<SectionProps>;
  /** Children with even gaps, below each other, or beside each other and wrapping. */
  readonly Stack: ComponentType<{ direction?: "row" | "column"; children: ReactNode }>;
  readonly Heading: ComponentType<{ level: 3 | 4; children: ReactNode }>;
  readonly Text: ComponentType<{ tone?: "default" | "muted"; children: ReactNode }>;
  /** A word or two with a colour. The words carry the meaning, the colour only repeats it. */
  readonly Badge: ComponentType<{ tone: Tone; children: ReactNode }>;
  /** An id, a template's name, a masked number: set apart from the text around it, left to right in every language. */
  readonly Code: ComponentType<{ children: string }>;
  /** Terms and their values: a description list. */
  readonly Facts: ComponentType<{ facts: readonly Fact[] }>;
  /** Goes somewhere. With `href` a real link, so that it opens in a new tab; a plain click calls `onSelect` only. */
  readonly Link: ComponentType<{ href?: string | undefined; onSelect: () => void; children: ReactNode }>;
  readonly Button: ComponentType<ButtonProps>;
  readonly TextField: ComponentType<TextFieldProps>;
  /** Like a text field, but never shows what is typed and is never offered to or filled by a password manager. */
  readonly SecretField: ComponentType<FieldProps>;
  /** Role `switch` (or a checkbox). It shows `checked` and nothing else: the page changes it when the change is done. */
  readonly Switch: ComponentType<SwitchProps>;
  readonly Select: ComponentType<SelectProps>;
  /** A table named by its caption; the first column heads the row. Readable at 360 px without scrolling sideways. */
  readonly Table: ComponentType<TableProps>;
  readonly Alert: ComponentType<AlertProps>;
  /** A modal dialog with two ways out. Escape cancels; the focus goes in, stays in, and returns as `rememberFocus` says. */
  readonly Confirm: ComponentType<ConfirmProps>;
  /** Stands where something is being loaded: role `status`, named by `label`. */
  readonly Loading: ComponentType<{ label: string }>;
  /** Stands where there is nothing yet, and says what to do first. */
  readonly Empty: ComponentType<{ title: string; children?: ReactNode; action?: ReactNode }>;
  /** Details that open on demand: a button with `aria-expanded`, or `details`. Closed at first. */
  readonly Disclosure: ComponentType<{ summary: string; children: ReactNode }>;
  /** What happened, in order: an ordered list named by `label`. */
  readonly Timeline: ComponentType<{ label: string; items: readonly TimelineItem[] }>;
  /** A hook: returns the function that tells of something done or failed, announced politely, without moving the focus. */
  readonly useNotify: () => (notice: Notice) => void;
}

export type Direction = "ltr" | "rtl";
export type Tone = "neutral" | "info" | "success" | "warning" | "danger";

export interface RootProps {
  locale: string;
  direction: Direction;
  /** Names the button that takes a notice away before its time. */
  closeLabel: string;
  children: ReactNode;
}

export interface PageProps {
  title: string;
  description?: ReactNode;
  /** The way back to the page this one was opened from. */
  back?: { label: string; href?: string | undefined; onSelect: () => void } | undefined;
  /** When it is or becomes true, the focus goes to the title: what had it before is gone. */
  takeFocus?: boolean;
  children: ReactNode;
}

export interface SectionProps {
  title: string;
  description?: ReactNode;
  /** Buttons that belong to the whole section. */
  actions?: ReactNode;
  children: ReactNode;
}

export interface Fact {
  term: string;
  value: ReactNode;
}

export interface ButtonProps {
  variant?: "primary" | "secondary" | "danger";
  /** A `submit` button submits the form around it and needs no `onSelect`. */
  type?: "button" | "submit";
  onSelect?: () => void;
  /** The work is going on: `aria-busy`, and a second press does nothing. */
  busy?: boolean;
  unavailable?: string | undefined;
  children: string;
}

export interface FieldProps {
  label: string;
  /** How to find or write the value; part of the accessible description. */
  description?: string | undefined;
  /** What is wrong with the value: `aria-invalid`, and part of the accessible description. */
  error?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  required?: boolean;
}

export interface TextFieldProps extends FieldProps {
  /** Which keyboard a phone shows. */
  inputMode?: "text" | "numeric";
}

export interface SwitchProps {
  label: string;
  /** The label is there for assistive technology only: what stands beside the switch already says it. */
  hideLabel?: boolean;
  checked: boolean;
  onChange: (checked: boolean) => void;
  busy?: boolean;
  unavailable?: string | undefined;
}

export interface SelectProps {
  label: string;
  hideLabel?: boolean;
  /** How to choose; part of the accessible description. */
  description?: string | undefined;
  /** What is wrong with the choice: `aria-invalid`, and part of the accessible description. */
  error?: string | undefined;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  unavailable?: string | undefined;
}

export interface TableProps {
  caption: string;
  columns: readonly { key: string; label: string }[];
  rows: readonly { key: string; cells: Readonly<Record<string, ReactNode>> }[];
}

export interface AlertProps {
  tone: Tone;
  title: ReactNode;
  /** Announced at once (role `alert`): for what the viewer's own action led to. Otherwise part of the page. */
  urgent?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}

export interface ConfirmProps {
  open: boolean;
  title: string;
  /** What will happen; the dialog's accessible description. */
  children: ReactNode;
  confirmLabel: string;
  cancelLabel: string;
  /** The confirming button is a `danger` one. */
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

export type TimelineIcon =
  | "event"
  | "decision"
  | "hold"
  | "release"
  | "stop"
  | "send"
  | "answer"
  | "settle"
  | "duplicate"
  | "status"
  | "reply"
  | "consent";

export interface TimelineItem {
  key: string;
  /** Decoration: the sentence says everything. */
  icon: TimelineIcon;
  tone: Tone;
  sentence: ReactNode;
  time: ReactNode;
  children?: ReactNode;
}

export interface Notice {
  tone: Tone;
  text: string;
}

/** A notice as a kit draws it: it goes by itself, and at once when it is closed. */
export interface NoticeProps extends Notice {
  closeLabel: string;
  onClose: () => void;
}
