/**
 * Lengths that the Cloud API allows in a message, in characters unless named otherwise (Meta's message pages of late
 * 2025). What belongs to a template's own texts is checked where templates are checked.
 */
export const WHATSAPP_LIMITS = {
  callbackDataCharsMax: 512,
  textBodyCharsMax: 4096,
  mediaCaptionCharsMax: 1024,
  interactiveBodyCharsMax: 1024,
  interactiveFooterCharsMax: 60,
  replyButtonsMax: 3,
  replyButtonTitleCharsMax: 20,
  replyButtonIdCharsMax: 256,
  listRowsMax: 10,
  listButtonCharsMax: 20,
  listRowTitleCharsMax: 24,
  listRowDescriptionCharsMax: 72,
  listRowIdCharsMax: 200,
  linkButtonTextCharsMax: 20,
} as const;
