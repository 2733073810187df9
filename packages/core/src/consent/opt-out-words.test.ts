import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type OptReading, readOptWords } from "./opt-out-words.ts";

function list(table: string): string[] {
  return table
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

const OPT_OUTS: Record<string, string[]> = {
  en: list(`
    STOP
    stop
    Stop.
    STOP!!!
    stop 🙏
    🛑 STOP 🛑
    ＳＴＯＰ
    𝐒𝐓𝐎𝐏
    S T O P
    s.t.o.p
    STOOOOP
    stop stop stop
    "stop"
    *STOP*
    please stop
    stop please
    Pls stop, thanks
    Stop it
    stop now
    Just stop
    STOP ALL
    stopall
    Stop all messages
    stop messages
    stop these updates
    stop the notifications
    STOP WhatsApp
    stop spam
    unsubscribe
    UNSUBSCRIBE!
    un-subscribe
    unsuscribe
    Please unsubscribe me
    unsubscribe me from this list
    I want to unsubscribe
    I'd like to unsubscribe please
    opt out
    OPT-OUT
    optout
    Please opt me out
    I want to opt out of these messages
    end
    QUIT
    remove me
    remove me from your list
    Please remove my number
    delete my number
    take me off your list please
    stop sending me messages
    Stop sending me these messages!
    please stop sending messages to this number
    stop sending me stuff
    stop texting me
    Stop messaging me please
    can you stop messaging me?
    Could you please stop texting me?
    don't message me
    Don’t text me anymore
    do not contact me again
    Dont send me any more messages
    do not send me messages
    please do not send messages to me anymore
    no more messages
    No more texts please
    I don't want any more messages
    I do not want to receive these messages
    I no longer wish to receive messages
    never contact me again
    leave me alone
    stpo
    hi, please stop
  `),
  si: list(`
    නවත්වන්න
    නවතන්න
    කරුණාකර නවත්වන්න
    පණිවිඩ එවන්න එපා
    මට පණිවිඩ එවන්න එපා
    මැසේජ් එවන්න එපා!
    කරුණාකර මට තවත් මැසේජ් එවන්න එපා
    පණිවිඩ එවීම නවත්වන්න
    මේ පණිවිඩ නවත්වන්න
    මැසේජ් එපා
    නතර කරන්න
    දායකත්වය අවලංගු කරන්න
    message ewanna epa
  `),
  ta: list(`
    நிறுத்து
    நிறுத்துங்கள்
    நிறுத்தவும்
    தயவுசெய்து நிறுத்துங்கள்
    செய்தி அனுப்ப வேண்டாம்
    எனக்கு செய்திகள் அனுப்ப வேண்டாம்
    இனி மெசேஜ் அனுப்பாதீர்கள்
    செய்திகளை நிறுத்துங்கள்
    எனக்கு மெசேஜ் வேண்டாம்
    செய்தி அனுப்புவதை நிறுத்தவும்
    என்னை தொடர்பு கொள்ள வேண்டாம்
    niruthungal
  `),
  hi: list(`
    बंद करो
    बंद करें
    कृपया बंद करें
    मैसेज बंद करो
    मुझे मैसेज मत भेजो
    मुझे संदेश न भेजें
    कृपया मुझे और मैसेज मत भेजिए
    रोकें
    स्टॉप
    अनसब्सक्राइब
    मुझे संपर्क न करें
    mujhe message mat bhejo
    message band karo
    band karo please
  `),
  es: list(`
    PARAR
    baja
    Basta ya, por favor
    Darme de baja
    quiero darme de baja
    cancelar suscripción
    Desuscribirme
    No me escriban más
    no me escriban
    por favor no me envíen más mensajes
    Dejen de enviarme mensajes
    deja de escribirme
    no quiero recibir más mensajes
    No quiero más mensajes, gracias
    no más mensajes
    eliminen mi número
  `),
  pt: list(`
    PARE
    Sair
    parar por favor
    descadastrar
    cancelar inscrição
    não quero receber mensagens
    Não quero mais receber mensagens
    pare de me mandar mensagem
    Parem de enviar mensagens
    não me mande mais mensagens
    me tire da lista
    chega de mensagens
    remova meu número por favor
  `),
  ar: list(`
    توقف
    إيقاف
    ايقاف
    أوقف الرسائل
    الغاء الاشتراك
    إلغاء الاشتراك من فضلك
    لا ترسل لي رسائل
    لا ترسلوا لي رسائل بعد الآن
    لا أريد رسائل
    توقف عن إرسال الرسائل
    احذف رقمي
    سـتـوب
    تَوَقَّفْ
  `),
  fr: list(`
    ARRÊT
    arreter
    Arrêtez s'il vous plaît
    désabonner
    Me désabonner
    désinscription
    Ne m'envoyez plus de messages
    ne m’écrivez plus
    je ne veux plus recevoir de messages
    Arrêtez de m'envoyer des messages
    plus de messages svp
    supprimez mon numéro
    Je souhaite me désabonner
  `),
  id: list(`
    BERHENTI
    berhenti berlangganan
    stop kirim pesan
    jangan kirim pesan lagi
    Tolong jangan kirim pesan lagi ke saya
    jangan hubungi saya lagi
    berhenti mengirim pesan ke nomor ini
    hapus nomor saya
    tidak mau terima pesan lagi
    saya ingin berhenti berlangganan
    hentikan
  `),
  de: list(`
    Stopp
    abmelden
    Bitte abmelden
    abbestellen
    aufhören
    Aufhoeren!
    Bitte keine Nachrichten mehr
    Bitte schickt mir keine Nachrichten mehr
    Schicken Sie mir keine Nachrichten mehr!
    Ich möchte keine Nachrichten mehr erhalten
    Ich möchte mich abmelden
    Schreiben Sie mir nicht mehr
    löschen Sie meine Nummer
    hört auf mir zu schreiben
  `),
};

const OPT_INS = list(`
  START
  start
  Start!
  ▶️ start
  UNSTOP
  unstop.
  subscribe
  Opt in
  opt-in
  ස්ටාර්ට්
  தொடங்கு
  शुरू करें
  suscribirme
  começar
  ابدأ
  s'abonner
  mulai
  anmelden
`);

/** A person has to look: something in it may ask to stop. */
const UNSURE = list(`
  stop?
  STOP ???
  unsubscribe?
  cancel
  Cancel!
  Cancel please
  no thanks
  not interested
  wrong number
  spam
  go away
  enough
  🛑 | 🔕 | 📵
  🚫🚫
  please stop, I already told you twice
  stop sending me the wrong colour messages and send a refund
  please do not stop sending me messages
  don't stop
  How do I unsubscribe from the newsletter?
  I unsubscribed my sister, did it work?
  don't send me
  stop sending me
  please don't send messages before 9 in the morning
  should I message STOP to end this? I want to opt out
  එපා
  வேண்டாம்
  नहीं चाहिए
  रुको
  cancelar
  no gracias
  não obrigado
  إلغاء
  annuler
  batal
  salah nomor
  nein danke
`);

/** Nothing is asked of us: ordinary talk around an order, with words that look alike in it. */
const ORDINARY = list(`
  ok
  Thanks!
  👍
  ❤️❤️
  ?
  12
  yes
  no
  Where is my order?
  Can you stop by at 5?
  is there a bus stop near the shop?
  Which stop should I get off at for the pickup?
  The courier did a non-stop drive and was here at 8, great service
  When does the sale end?
  I will be home until the end of the week
  weekend delivery possible?
  The end of the box was open
  Did you quit selling the green tea?
  I quit coffee, so two boxes of tea please
  cancel my order please
  please cancel order 1042
  Can I cancel the second item?
  do not send it before Friday
  Don't send the parcel to my office
  please don't send the blue one
  When do you start?
  start?
  START please
  I want to start a return
  please start the refund
  yes subscribe
  subscribe my brother too
  I got no messages
  I have no more questions
  how many messages do I get?
  remove the lamp from my order
  can you delete item 2
  leave it at the door
  leave the parcel with my neighbour
  take off the gift wrap
  this is the end
  Hello, did my payment stop at the bank or what happened to it?
  it never stops raining here so please wrap it well
  the stopper of the bottle is missing
  unstoppable service!
  ඇණවුම කවදා ලැබේද?
  පාර්සලය හෙට එවන්න
  හෙට එවන්න එපා, අනිද්දා එවන්න
  எனது ஆர்டர் எங்கே?
  நாளை அனுப்ப வேண்டாம், திங்கள் அனுப்புங்கள்
  मेरा ऑर्डर कहाँ है?
  दुकान कब बंद होगी?
  कल पार्सल मत भेजो
  ¿Dónde está mi pedido?
  ¿Es para mañana?
  la mesa es muy alta y la silla muy baja
  no me envíen el paquete a la oficina
  para mi mamá
  Onde está meu pedido?
  vou sair agora, pode entregar depois das 5
  أين طلبي؟
  لا ترسلوا الطرد اليوم
  Où est ma commande ?
  l'arrêt de bus est devant la maison
  Di mana pesanan saya?
  jangan kirim ke alamat lama
  saya mau keluar sebentar, titip di tetangga
  Wo ist meine Bestellung?
  ich möchte keine Rosinen im Kuchen
  Das ist das Ende der Straße, bitte links
`);

describe("an opt-out in any of ten languages is heard", () => {
  test.each(
    Object.entries(OPT_OUTS).flatMap(([language, said]) => said.map((text) => [language, text] as const)),
  )("%s: %s", (_language, text) => {
    expect(readOptWords(text)).toBe<OptReading>("opt_out");
  });

  test("the list is long enough to mean something", () => {
    expect(Object.keys(OPT_OUTS)).toHaveLength(10);
    expect(Object.values(OPT_OUTS).flat().length).toBeGreaterThanOrEqual(120);
    expect(ORDINARY.length).toBeGreaterThanOrEqual(60);
  });
});

test.each([
  "Stop updates",
  "දැනුම්දීම් නවත්වන්න",
  "அறிவிப்பை நிறுத்து",
  "सूचनाएँ बंद करें",
  "إيقاف التحديثات",
  "No más avisos",
])("a tap on the button %j is an opt-out: without a payload of its own its label comes back", (label) => {
  expect(readOptWords(label)).toBe<OptReading>("opt_out");
});

describe("an opt-in is one explicit word alone", () => {
  test.each(OPT_INS)("%s", (text) => {
    expect(readOptWords(text)).toBe<OptReading>("opt_in");
  });
});

describe("what may be an opt-out goes to a person", () => {
  test.each(UNSURE)("%s", (text) => {
    expect(readOptWords(text)).toBe<OptReading>("unsure");
  });
});

describe("ordinary talk is left alone", () => {
  test.each(ORDINARY)("%s", (text) => {
    expect(readOptWords(text)).toBe<OptReading>("none");
  });
});

test.each(["", " ", "\n\t", "\u200d\ufe0f", "…"])("nothing said is nothing asked: %j", (text) => {
  expect(readOptWords(text)).toBe<OptReading>("none");
});

describe("words that carriers, the FCC and people elsewhere write (D 1.8)", () => {
  const words = list(`
    REVOKE
    revoke please
    CANCEL
    CANCEL!
    REMOVE
    TD
    DETENER
    detener por favor
    Quero parar de receber
    je veux arrêter
    bitte stoppen
    стоп
    СТОП!
    отпишите меня
    iptal
    İPTAL
    退订
    退訂
    הסר
    הסירו אותי
  `);
  test.each(words)("%s is an opt-out", (text) => {
    expect(readOptWords(text)).toBe<OptReading>("opt_out");
  });
  test.each(["cancel", "Remove", "CANCEL?", "td", "CANCEL MY ORDER", "iptal edildi mi?"])(
    "%s alone withdraws nothing",
    (text) => {
      expect(readOptWords(text)).not.toBe<OptReading>("opt_out");
    },
  );
});

test("case, punctuation, emoji and space around an opt-out do not hide it", () => {
  const around = fc.stringMatching(/^[ .,!;:*_~"()\n🙏😡👎-]{0,12}$/u);
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(OPT_OUTS).flat()), around, around, (text, before, after) => {
      expect(readOptWords(`${before} ${text} ${after}`)).toBe("opt_out");
      expect(readOptWords(`${before} ${text.toUpperCase()} ${after}`)).toBe("opt_out");
    }),
  );
});

test("no words beside START make an opt-in", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...OPT_INS),
      fc.constantFrom("please", "now", "stop", "order", "1"),
      (word, more) => {
        expect(readOptWords(`${word} ${more}`)).not.toBe("opt_in");
        expect(readOptWords(`${more} ${word}`)).not.toBe("opt_in");
      },
    ),
  );
});

test("any text is read, and ten thousand of the worst characters take no longer than a moment", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) =>
      ["opt_out", "opt_in", "unsure", "none"].includes(readOptWords(text)),
    ),
  );
  const started = performance.now();
  for (const piece of ["a", "stop ", " ", "é", "'", "\u0300", "﷽", "don't ", "?!"])
    readOptWords(piece.repeat(10_000));
  expect(performance.now() - started).toBeLessThan(3_000);
});
