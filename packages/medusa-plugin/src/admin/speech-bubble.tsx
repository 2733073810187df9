/** The menu's icon, in the size and stroke of Medusa's own. */
export function SpeechBubble() {
  return (
    <svg width="15" height="15" viewBox="0 0 15 15" fill="none" aria-hidden="true">
      <path
        d="M7.5 1.5a6 6 0 0 0-5.2 9L1.5 13.5l3-.8a6 6 0 1 0 3-11.2Z"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
