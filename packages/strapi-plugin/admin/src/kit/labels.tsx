import { Typography, VisuallyHidden } from "@strapi/design-system";

/** What a control is called; hidden, only assistive technology is told. */
export function Label({
  htmlFor,
  hidden = false,
  children,
}: {
  htmlFor: string;
  hidden?: boolean;
  children: string;
}) {
  if (hidden)
    return (
      <VisuallyHidden tag="label" htmlFor={htmlFor}>
        {children}
      </VisuallyHidden>
    );
  return (
    <Typography tag="label" variant="pi" fontWeight="bold" textColor="neutral800" htmlFor={htmlFor}>
      {children}
    </Typography>
  );
}

/** Why a control does nothing, for assistive technology; others see it as the control's tooltip. */
export function Reason({ id, children }: { id: string; children: string | undefined }) {
  if (children === undefined) return null;
  return <VisuallyHidden id={id}>{children}</VisuallyHidden>;
}
