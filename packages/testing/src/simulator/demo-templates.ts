import { digitsOf } from "./ids.ts";
import { placeholdersOf, type TemplateComponent } from "./templates/definition.ts";

/** An approved utility template of the demo account, with named parameters in the body only. */
export interface DemoTemplate {
  id: string;
  name: DemoTemplateName;
  language: DemoLanguage;
  category: "UTILITY";
  parameterFormat: "NAMED";
  /** The named parameters of the body, in the order of their first use. */
  parameters: string[];
  components: TemplateComponent[];
}

export type DemoLanguage = "en" | "si" | "ta" | "hi" | "ar" | "es";
export type DemoTemplateName =
  | "order_confirmation"
  | "order_shipped"
  | "order_delivered"
  | "order_cancelled"
  | "order_refunded"
  | "order_ready_for_pickup"
  | "return_requested"
  | "return_received"
  | "payment_captured"
  | "payment_failed"
  | "account_welcome"
  | "password_reset_notice";

/** Sample values, as Meta asks for them when a template is submitted. */
const SAMPLES: Record<string, string> = {
  customer_name: "Sheena",
  order_code: "#1042",
  order_total: "€49.90",
  refund_amount: "€12.50",
  payment_amount: "€49.90",
  shop_name: "Lucky Shrub",
};

interface Words {
  name: DemoTemplateName;
  language: DemoLanguage;
  header: string;
  body: string;
  hasButtons?: boolean;
}

const FOOTERS: Record<DemoLanguage, string> = {
  en: "Reply STOP to stop these updates",
  si: "දැනුම්දීම් නැවැත්වීමට STOP ලෙස පිළිතුරු දෙන්න",
  ta: "அறிவிப்புகளை நிறுத்த STOP எனப் பதிலளிக்கவும்",
  hi: "सूचनाएँ बंद करने के लिए STOP लिखकर भेजें",
  ar: "لإيقاف هذه الرسائل أرسل STOP",
  es: "Responde STOP para no recibir más avisos",
};

/** A button that invites an answer would promise somebody who answers. */
const STOP_BUTTONS: Record<DemoLanguage, string> = {
  en: "Stop updates",
  si: "දැනුම්දීම් නවත්වන්න",
  ta: "அறிவிப்பை நிறுத்து",
  hi: "सूचनाएँ बंद करें",
  ar: "إيقاف التحديثات",
  es: "No más avisos",
};

const WORDS: Words[] = [
  {
    name: "order_confirmation",
    language: "en",
    header: "Order confirmed",
    body: "Hi {{customer_name}}, thank you for your order {{order_code}} at {{shop_name}}. The total is {{order_total}}. We will tell you when it is on its way.",
  },
  {
    name: "order_confirmation",
    language: "si",
    header: "ඇණවුම තහවුරුයි",
    body: "ආයුබෝවන් {{customer_name}}, {{shop_name}} වෙතින් ඔබ කළ {{order_code}} ඇණවුම අපට ලැබුණා. මුළු මුදල {{order_total}} වේ. එය යැවූ විට අපි ඔබට දන්වන්නෙමු.",
  },
  {
    name: "order_confirmation",
    language: "ta",
    header: "ஆர்டர் உறுதி செய்யப்பட்டது",
    body: "வணக்கம் {{customer_name}}, {{shop_name}} இல் நீங்கள் செய்த {{order_code}} ஆர்டரைப் பெற்றுக்கொண்டோம். மொத்தத் தொகை {{order_total}}. அனுப்பப்பட்டதும் உங்களுக்குத் தெரிவிப்போம்.",
  },
  {
    name: "order_confirmation",
    language: "hi",
    header: "ऑर्डर की पुष्टि हो गई",
    body: "नमस्ते {{customer_name}}, {{shop_name}} पर आपका ऑर्डर {{order_code}} हमें मिल गया है। कुल राशि {{order_total}} है। भेजे जाने पर हम आपको सूचित करेंगे।",
  },
  {
    name: "order_confirmation",
    language: "ar",
    header: "تم تأكيد الطلب",
    body: "مرحبًا {{customer_name}}، استلمنا طلبك {{order_code}} من {{shop_name}}. المبلغ الإجمالي {{order_total}}. سنخبرك عند شحنه.",
  },
  {
    name: "order_confirmation",
    language: "es",
    header: "Pedido confirmado",
    body: "Hola {{customer_name}}, hemos recibido tu pedido {{order_code}} en {{shop_name}}. El total es {{order_total}}. Te avisaremos cuando lo enviemos.",
  },
  {
    name: "order_shipped",
    language: "en",
    header: "Order shipped",
    body: "Hi {{customer_name}}, your order {{order_code}} from {{shop_name}} is on its way to you. We will tell you when it is delivered.",
  },
  {
    name: "order_shipped",
    language: "si",
    header: "ඇණවුම යවන ලදී",
    body: "ආයුබෝවන් {{customer_name}}, {{shop_name}} වෙතින් ඔබ කළ {{order_code}} ඇණවුම දැන් ඔබ වෙත එමින් පවතී. එය බෙදා හැරිය පසු අපි ඔබට දන්වන්නෙමු.",
  },
  {
    name: "order_shipped",
    language: "ta",
    header: "ஆர்டர் அனுப்பப்பட்டது",
    body: "வணக்கம் {{customer_name}}, {{shop_name}} இல் நீங்கள் செய்த {{order_code}} ஆர்டர் உங்களை நோக்கி வந்துகொண்டிருக்கிறது. ஒப்படைக்கப்பட்டதும் உங்களுக்குத் தெரிவிப்போம்.",
  },
  {
    name: "order_shipped",
    language: "hi",
    header: "ऑर्डर भेज दिया गया",
    body: "नमस्ते {{customer_name}}, {{shop_name}} से आपका ऑर्डर {{order_code}} भेज दिया गया है और जल्द ही आपके पास पहुँचेगा। डिलीवर होने पर हम आपको सूचित करेंगे।",
  },
  {
    name: "order_shipped",
    language: "ar",
    header: "تم شحن الطلب",
    body: "مرحبًا {{customer_name}}، تم شحن طلبك {{order_code}} من {{shop_name}} وهو في طريقه إليك. سنخبرك عند تسليمه.",
  },
  {
    name: "order_shipped",
    language: "es",
    header: "Pedido enviado",
    body: "Hola {{customer_name}}, tu pedido {{order_code}} de {{shop_name}} ya va en camino. Te avisaremos cuando se entregue.",
  },
  {
    name: "order_delivered",
    language: "en",
    header: "Order delivered",
    body: "Hi {{customer_name}}, your order {{order_code}} from {{shop_name}} was delivered. If something is not right, write to us here.",
  },
  {
    name: "order_cancelled",
    language: "en",
    header: "Order cancelled",
    body: "Hi {{customer_name}}, your order {{order_code}} at {{shop_name}} was cancelled. Anything you paid for it goes back to you.",
  },
  {
    name: "order_refunded",
    language: "en",
    header: "Refund on its way",
    body: "Hi {{customer_name}}, we refunded {{refund_amount}} for your order {{order_code}} at {{shop_name}}. Your bank may need a few days to show it.",
  },
  {
    name: "order_ready_for_pickup",
    language: "en",
    header: "Ready for pickup",
    body: "Hi {{customer_name}}, your order {{order_code}} is ready for you at {{shop_name}}. Please bring the order number with you.",
  },
  {
    name: "return_requested",
    language: "en",
    header: "Return requested",
    body: "Hi {{customer_name}}, we received your return request for order {{order_code}} at {{shop_name}}. We will tell you when the parcel has arrived.",
  },
  {
    name: "return_received",
    language: "en",
    header: "Return received",
    body: "Hi {{customer_name}}, your return for order {{order_code}} has arrived at {{shop_name}}. We are checking it now and will tell you about the refund.",
  },
  {
    name: "payment_captured",
    language: "en",
    header: "Payment received",
    body: "Hi {{customer_name}}, we received your payment of {{payment_amount}} for order {{order_code}} at {{shop_name}}. Thank you, nothing more is needed.",
  },
  {
    name: "payment_failed",
    language: "en",
    header: "Payment failed",
    body: "Hi {{customer_name}}, the payment for your order {{order_code}} at {{shop_name}} did not go through. Please open your order in the shop and try again.",
  },
  {
    name: "account_welcome",
    language: "en",
    header: "Welcome",
    body: "Hi {{customer_name}}, your account at {{shop_name}} is ready. You can see your orders there at any time.",
    hasButtons: false,
  },
  {
    name: "password_reset_notice",
    language: "en",
    header: "Password reset requested",
    body: "Hi {{customer_name}}, a new password was requested for your account at {{shop_name}}. The link is in your e-mail. If it was not you, there is nothing to do.",
    hasButtons: false,
  },
];

export const demoTemplates: readonly DemoTemplate[] = WORDS.map((words) => ({
  id: digitsOf(`${words.name}/${words.language}`, 15),
  name: words.name,
  language: words.language,
  category: "UTILITY",
  parameterFormat: "NAMED",
  parameters: placeholdersOf(words.body),
  components: componentsOf(words),
}));

function componentsOf({ language, header, body, hasButtons = true }: Words): TemplateComponent[] {
  const samples = placeholdersOf(body).map((name) => ({ param_name: name, example: SAMPLES[name] ?? name }));
  return [
    { type: "HEADER", format: "TEXT", text: header },
    { type: "BODY", text: body, example: { body_text_named_params: samples } },
    { type: "FOOTER", text: FOOTERS[language] },
    ...(hasButtons
      ? [{ type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: STOP_BUTTONS[language] }] }]
      : []),
  ];
}
