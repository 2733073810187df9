/** A sentence the server wrote. It is English whatever the page's language, so it is said so and kept in its direction. */
export function Sentence({ children }: { children: string }) {
  return (
    <span lang="en" dir="auto">
      {children}
    </span>
  );
}
