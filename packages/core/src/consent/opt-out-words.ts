/**
 * What a person's message says about being written to. `opt_out` and `opt_in` are acted on at once; `unsure` goes to a
 * person of the shop, because asking costs less than writing to somebody who said no, or losing somebody who did not.
 */
export type OptReading = "opt_out" | "opt_in" | "unsure" | "none";

/** A message of at most so many words, courtesies aside, that says "stop" beside other things may mean it. */
const SHORT_MESSAGE_WORDS_MAX = 6;
/** WhatsApp's limit for a text is 4,096; what comes after this cannot make a long story a plain opt-out. */
const CHARS_READ_MAX = 2_000;

const APOSTROPHES = /['’‘`´ʼ]/gu;
/** Latin accents, Arabic vowel signs, hamza and lengthening marks: people leave them out. Vowel signs of other scripts stay. */
const ACCENTS = /[\u0300-\u036f\u064b-\u0655\u0670\u0640]/gu;
/** Joiners, direction marks, and what turns a sign into an emoji. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}|\u20e3/gu;
const DRAWN_OUT = /(\p{L})\1{2,}/gu;
const NO_LETTERS = /[^\p{L}\p{M}\p{N}]+/gu;
const QUESTION = /[?？؟]/u;
/** Signs that say "no more of this" on whatever they are put. */
export const STOP_SIGN = /[🛑⛔🚫🔕📵]/u;

/** Opt-outs when they are all that is said. As a question they are unsure ("stop?"). */
const KEYWORDS = phrases(`
  stop | stopp | stopall | stop all | stop it | stop everything | end | quit | opt out | optout | opt me out | unsub | stpo | sotp | remove me | revoke
  unsubscribe | unsubscribed | un subscribe | unsuscribe | unsubcribe | no more | no messages
  නවත්වන්න | නවතන්න | නවත්තන්න | නවතින්න | නතර කරන්න | දායකත්වය අවලංගු කරන්න | මාව ඉවත් කරන්න | ස්ටොප් | nawathwanna | nawattanna | nathara karanna
  நிறுத்து | நிறுத்துங்கள் | நிறுத்தவும் | நிறுத்துக | நிறுத்துங்க | ஸ்டாப் | சந்தாவை ரத்து செய் | என்னை நீக்கு | என்னை நீக்கவும் | niruthu | niruthungal | niruthunga
  बंद करो | बंद करें | बंद कीजिए | बंद कर दो | रोकें | रोको | रोक दो | स्टॉप | अनसब्सक्राइब | अनसब्सक्राइब करें | सदस्यता समाप्त करें | सदस्यता रद्द करें | मुझे हटाओ | मुझे हटा दें | band karo | bandh karo | band kar do | band karein
  detener | detenga | detengan | detente | quiero parar | parar | pare | paren | para ya | basta | alto | baja | darme de baja | dar de baja | dame de baja | denme de baja | deme de baja | quiero darme de baja | cancelar suscripcion | cancelar la suscripcion | anular suscripcion | desuscribir | desuscribirme | eliminarme | borrarme | no mas
  sair | quero sair | descadastrar | descadastre me | me descadastre | cancelar inscricao | cancelar a inscricao | cancelar assinatura | remover | me remova | me remove | chega | desinscrever
  إيقاف | أوقف | أوقفوا | توقف | توقفوا | قف | وقف | ستوب | إلغاء الاشتراك | إلغاء اشتراكي | الغي الاشتراك | كفى
  je veux arreter | je souhaite arreter | arret | arreter | arrete | arretez | desabonner | me desabonner | se desabonner | desabonnez moi | desabonne moi | desabonnement | desinscrire | me desinscrire | desinscrivez moi | desinscription
  berhenti | setop | berhenti berlangganan | berhenti langganan | batal berlangganan | batalkan langganan | hentikan | hapus saya
  abmelden | mich abmelden | melde mich ab | abmeldung | abbestellen | austragen | tragt mich aus | aufhören | aufhoeren | hör auf | hört auf | keine nachrichten | bitte stoppen | stoppen | stoppt | stopp das
  стоп | остановить | отписаться | отпишите меня | iptal | durdur | durdurun | 退订 | 退訂 | 停止 | 取消订阅 | 取消訂閱 | הסר | הסירו אותי | עצור
`);

/**
 * Commands of carriers that are also words for orders: opt-outs where they are written as commands are, alone and in capitals.
 * Anything softer is read by a person.
 */
const COMMANDS: ReadonlySet<string> = new Set(["CANCEL", "REMOVE", "TD"]);

/** Requests that speak of messages themselves, so that even a question is one ("can you stop texting me?"). */
const REQUESTS = phrases(`
  stop messaging | stop texting | stop contacting | stop writing | stop whatsapping | stop spamming | stop bothering | stop calling
  dont message | do not message | dont text | do not text | dont contact | do not contact | dont write | do not write | never message | never contact | never text | never write
  no more messages | no more texts | no more updates | no more notifications | no more whatsapp | unsubscribe me | opt me out | remove me from | take me off | remove my number | delete my number | take my number off | leave me alone
  want to unsubscribe | like to unsubscribe | wish to unsubscribe | want to opt out | like to opt out | want to stop receiving | dont want messages | dont want these messages | dont want any messages | dont want any more messages | do not want messages | do not want these messages | do not want any messages | do not want any more messages
  පණිවිඩ නවත්වන්න | පණිවිඩ එපා | මැසේජ් එපා | මැසේජ් නවත්වන්න | කරදර කරන්න එපා | message epa | messages epa | පණිවිඩ එවීම නවත්වන්න | පණිවිඩ යැවීම නවත්වන්න
  செய்திகளை நிறுத்துங்கள் | செய்திகளை நிறுத்து | மெசேஜ் நிறுத்துங்கள் | செய்திகள் வேண்டாம் | மெசேஜ் வேண்டாம் | தொடர்பு கொள்ள வேண்டாம் | தொடர்பு கொள்ளாதீர்கள்
  मैसेज नहीं चाहिए | संदेश नहीं चाहिए | मैसेज बंद करो | मैसेज बंद करें | मैसेज बंद कर दो | संदेश बंद करें | संदेश बंद करो | संपर्क न करें | संपर्क मत करो | message band karo | messages band karo | msg band karo | message nahi chahiye
  no me escriban | no me escribas | no me escriba | no me contacten | no me contactes | no mas mensajes | no quiero mas mensajes | no quiero mensajes | no quiero recibir mensajes | no quiero recibir mas mensajes | no deseo recibir mensajes | no deseo recibir mas mensajes | dejen de escribirme | deja de escribirme | deje de escribirme | borren mi numero | eliminen mi numero | quitenme de la lista | sacame de la lista | saquenme de la lista | dejenme en paz
  nao quero mensagens | nao quero mais mensagens | nao quero receber mensagens | nao quero mais receber mensagens | nao quero receber mais mensagens | nao desejo receber mensagens | chega de mensagens | me tire da lista | me tira da lista | tire meu numero | remova meu numero | apague meu numero | nao me contate | nao entre em contato | parem de me escrever | pare de me escrever | quero parar de receber | gostaria de parar de receber | parar de receber mensagens
  لا تراسلني | لا تراسلوني | لا أريد رسائل | لا أريد رسائلكم | لا أريد استقبال رسائل | لا أريد تلقي رسائل | لا أرغب في تلقي رسائل | أوقف الرسائل | أوقفوا الرسائل | إيقاف الرسائل | وقف الرسائل | توقف عن مراسلتي | توقفوا عن مراسلتي | كفى رسائل | احذف رقمي | احذفوا رقمي | مش عايز رسائل | بطلوا رسائل
  ne mecrivez plus | ne mecris plus | ne me contactez plus | ne me contacte plus | ne plus recevoir de messages | je ne veux plus recevoir de messages | je ne veux plus de messages | je ne veux plus recevoir vos messages | je ne veux plus de vos messages | je ne souhaite plus recevoir de messages | veux me desabonner | souhaite me desabonner | plus de messages | arretez de mecrire | arrete de mecrire | arretez les messages | supprimez mon numero | retirez moi de la liste | laissez moi tranquille
  jangan hubungi | jangan chat | jangan wa | jangan sms | jangan ganggu | stop wa | tidak mau terima pesan | tidak ingin menerima pesan | tidak mau menerima pesan | gak mau terima pesan | ga mau terima pesan | nggak mau terima pesan | hapus nomor | mau berhenti berlangganan | ingin berhenti berlangganan | hentikan pesan
  keine nachrichten mehr | keine whatsapp mehr | keine werbung mehr | schreibt mir nicht mehr | schreib mir nicht mehr | schreiben sie mir nicht mehr | kontaktieren sie mich nicht mehr | kontaktiert mich nicht mehr | möchte mich abmelden | will mich abmelden | hört auf mir zu schreiben | hör auf mir zu schreiben | hören sie auf mir zu schreiben | löscht meine nummer | löschen sie meine nummer | lasst mich in ruhe
`);

/** "Do not send": an opt-out where it is all that is said and messages are meant; otherwise it may mean a parcel. */
const REFUSALS = phrases(`
  stop sending | dont send | do not send | never send | stop receiving | dont want to receive | do not want to receive | no longer want to receive | no longer wish to receive
  එවන්න එපා | යවන්න එපා | එවීම නවත්වන්න | යැවීම නවත්වන්න | එවීම නතර කරන්න | එවන එක නවත්තන්න | ewanna epa | evanna epa
  அனுப்ப வேண்டாம் | அனுப்பாதீர்கள் | அனுப்பாதீங்க | அனுப்பாதே | அனுப்புவதை நிறுத்துங்கள் | அனுப்புவதை நிறுத்தவும் | anuppa vendam | anupa vendam | anuppadheenga
  मत भेजो | मत भेजें | मत भेजिए | मत भेजना | न भेजें | ना भेजें | ना भेजो | भेजना बंद करो | भेजना बंद करें | mat bhejo | mat bhejna | mat bhejiye | na bhejo | bhejna band karo
  no me envien | no me envies | no me envie | no me manden | no me mandes | no me mande | dejen de enviarme | deja de enviarme | deje de enviarme | dejen de mandarme | deja de mandarme | deje de mandarme | paren de enviarme | no quiero recibir | no deseo recibir
  nao me mande | nao me mandem | nao me envie | nao me enviem | nao quero receber | nao quero mais receber | pare de me mandar | parem de me mandar | pare de mandar | parem de mandar | pare de enviar | parem de enviar | pare de me enviar | parem de me enviar
  لا ترسل | لا ترسلوا | لا ترسلي | توقف عن إرسال | توقفوا عن إرسال | أوقف إرسال | أوقفوا إرسال | لا أريد استقبال | لا أريد تلقي
  ne menvoyez plus | ne menvoie plus | arretez de menvoyer | arrete de menvoyer | arretez denvoyer | ne veux plus recevoir | ne souhaite plus recevoir
  jangan kirim | jangan kirimi | jangan mengirim | berhenti kirim | berhenti mengirim | berhenti mengirimi | stop kirim | tidak mau terima | tidak ingin menerima | gak mau terima
  schickt mir keine | schick mir keine | schicken sie mir keine | senden sie mir keine | sendet mir keine | ich möchte keine | ich will keine | schickt mir nichts mehr | schicken sie mir nichts mehr
`);

/** May mean an order, the weather or the sender, so that they are read by a person when they are all that is said. */
const DOUBTFUL = phrases(`
  cancel | cancel it | cancel this | cancel all | cancelled | no thanks | no thank you | not interested | im not interested | i am not interested | enough | go away | get lost | fuck off | spam | this is spam | wrong number | wrong person | you have the wrong number | block | blocked | mute | delete | remove | leave | exit | how do i stop this
  එපා | අවලංගු කරන්න | වැරදි අංකයක් | ඉවත් කරන්න | epa | வேண்டாம் | ரத்து | ரத்து செய் | தவறான எண் | vendam
  नहीं चाहिए | रुको | रद्द करें | गलत नंबर | nahi chahiye | galat number | cancel karo
  cancelar | no gracias | no me interesa | numero equivocado | salir | borrar | eliminar | no quiero | nao obrigado | nao obrigada | nao tenho interesse | numero errado | nao quero
  إلغاء | لا شكرا | رقم خطأ | الرقم غلط | غير مهتم | كفاية
  annuler | non merci | pas interesse | mauvais numero | fin | assez | ca suffit | resilier
  batal | batalkan | keluar | tidak mau | gak mau | ga mau | salah nomor | tidak tertarik
  nein danke | kein interesse | falsche nummer | ende | stornieren | löschen
`);

/** The only words that undo an opt-out, and only when nothing else is said. */
const OPT_IN = phrases(`
  start | unstop | subscribe | opt in | optin | resubscribe | ආරම්භ කරන්න | පටන් ගන්න | ස්ටාර්ට් | தொடங்கு | தொடங்கவும் | ஸ்டார்ட் | शुरू करें | शुरू करो | स्टार्ट | सब्सक्राइब
  suscribir | suscribirme | iniciar | inscrever | começar | ابدأ | اشترك | اشتراك | ستارت | demarrer | sabonner | mabonner | mulai | berlangganan | langganan | anmelden | starten
`);

/** Words of leaving that are worth a look even in the middle of other things. */
const LEAVING = phrases(`
  unsubscribe | unsub | unsuscribe | unsubcribe | unsubscribed | optout | opt out | stopall | अनसब्सक्राइब | desuscribir | descadastrar | desabonner | desinscrire | desinscription | abbestellen | berhenti berlangganan | إلغاء الاشتراك
`);

/** That messages are meant, or "any more": what turns a refusal to be sent something into an opt-out. */
const MESSAGES = vocabulary(`
  message messages msg msgs text texts sms whatsapp whatsapps wa updates update notification notifications alerts promotions promos ads offers reminders spam stuff anymore again more
  පණිවිඩ පණිවිඩය මැසේජ් දැනුම්දීම් තවත් ආයේ thawath செய்தி செய்திகள் செய்திகளை மெசேஜ் மெசேஜ்கள் அறிவிப்பு அறிவிப்பை அறிவிப்புகளை இனி இனிமேல் मैसेज मेसेज संदेश सूचना सूचनाएँ सूचनाएं अब ab
  mensajes mensaje avisos aviso notificaciones mas publicidad mensagens mensagem mais promocoes رسائل الرسائل رسالة رسائلكم التحديثات الإشعارات messages promos pesan lagi promo nachrichten nachricht mehr werbung newsletter`);

/** Courtesy and whom it concerns: what may stand around an opt-out without changing it. */
const COURTESIES = vocabulary(`
  please pls plz kindly thanks thank you thx hi hello hey dear sir madam team ok okay now just immediately me us my to this number these those such any ever further all the from your list i guys bro
  කරුණාකර දැන් මට අපට මේ ස්තූතියි mata தயவுசெய்து தயவு செய்து எனக்கு என்னை இந்த நன்றி மேலும் enaku कृपया प्लीज़ प्लीज मुझे आगे से और ये यह कोई धन्यवाद भाई mujhe aur koi yeh ye bhai aage se
  por favor porfa gracias ya este esta estos numero la lista de a mi al hola ahora favor obrigado obrigada agora meu da ola oi
  من فضلك رجاء لو سمحت سمحتم شكرا لي إلي بعد الآن اليوم أي هذه هذا الرقم مرة أخرى sil vous plait svp stp merci bonjour les des maintenant ce vos moi
  tolong mohon terima kasih makasih ke saya nomor ini sekarang dong kak min mbak ya bitte danke sofort jetzt mir mich hallo an diese diesen nummer von ihrer liste`);

/** What may stand around a request too, which is plain enough to bear it. */
const ASIDES = vocabulary(`
  id can could will would want like a at in of with about on and here today done dont write send sending receiving via through
  විදියට இங்கே yahan en quiero os sus para quero gostaria que em na no أريد de je veux que tout suite mau ingin zu und mit ich möchte schicken senden schreiben erhalten bekommen`);

const PHRASE_WORDS_MAX = Math.max(
  ...[...KEYWORDS, ...REQUESTS, ...REFUSALS].map((phrase) => phrase.split(" ").length),
);

/**
 * Reads whether a message asks to be left alone, in ten languages, whatever its case, punctuation, accents or emoji.
 *
 * An opt-out must be the whole message: "stop by at 5?" is not one. What asks to stop among other things is `unsure`. An
 * opt-in must be the one word alone, since anything softer could undo an opt-out that was meant.
 */
export function readOptWords(text: string): OptReading {
  const words = wordsOf(text.slice(0, CHARS_READ_MAX));
  if (words.length === 0) return STOP_SIGN.test(text) ? "unsure" : "none";

  const asks = QUESTION.test(text);
  if (!asks && COMMANDS.has(text.replace(NO_LETTERS, ""))) return "opt_out";
  if (OPT_IN.has(words.join(" "))) return asks ? "none" : "opt_in";

  const { request, refusal, keyword, messages, rest } = readAlong(words);
  if (request) return rest === "other" ? "unsure" : "opt_out";
  if (refusal && messages) return rest === "other" || asks ? "unsure" : "opt_out";
  if (refusal && rest !== "other") return "unsure";
  if (keyword && rest === "courtesies") return asks ? "unsure" : "opt_out";
  return isDoubtful(words) || mentionsLeaving(words, asks) ? "unsure" : "none";
}

interface Reading {
  request: boolean;
  refusal: boolean;
  keyword: boolean;
  messages: boolean;
  /** What stands beside the phrases, at its strangest. */
  rest: "courtesies" | "asides" | "other";
}

/** Lays the longest known phrases over the words, from left to right. */
function readAlong(words: readonly string[]): Reading {
  const reading: Reading = {
    request: false,
    refusal: false,
    keyword: false,
    messages: false,
    rest: "courtesies",
  };
  for (let at = 0; at < words.length; ) {
    const request = longestAt(words, at, REQUESTS);
    const refusal = longestAt(words, at, REFUSALS);
    const keyword = longestAt(words, at, KEYWORDS);
    const longest = Math.max(request, refusal, keyword);
    if (longest === 0) readBeside(words[at] ?? "", reading);
    else if (request === longest) reading.request = true;
    else if (refusal === longest) reading.refusal = true;
    else reading.keyword = true;
    at += Math.max(longest, 1);
  }
  return reading;
}

function readBeside(word: string, reading: Reading): void {
  if (MESSAGES.has(word)) reading.messages = true;
  else if (COURTESIES.has(word)) return;
  else if (!ASIDES.has(word)) reading.rest = "other";
  else if (reading.rest === "courtesies") reading.rest = "asides";
}

/** How many words the longest phrase of the set that begins here has; 0 where none does. */
function longestAt(words: readonly string[], at: number, known: ReadonlySet<string>): number {
  for (let length = Math.min(PHRASE_WORDS_MAX, words.length - at); length > 0; length--) {
    if (known.has(words.slice(at, at + length).join(" "))) return length;
  }
  return 0;
}

function mentionsLeaving(words: readonly string[], asks: boolean): boolean {
  if (words.some((_, at) => longestAt(words, at, LEAVING) > 0)) return true;
  if (asks || !words.includes("stop")) return false;
  return words.filter((word) => !COURTESIES.has(word)).length <= SHORT_MESSAGE_WORDS_MAX;
}

function isDoubtful(words: readonly string[]): boolean {
  const from = words.findIndex((word) => !COURTESIES.has(word));
  const to = words.findLastIndex((word) => !COURTESIES.has(word));
  return DOUBTFUL.has(words.join(" ")) || DOUBTFUL.has(words.slice(Math.max(from, 0), to + 1).join(" "));
}

function wordsOf(text: string): string[] {
  const words = plainWords(text).split(" ").filter(Boolean);
  const spelledOut = words.length > 2 && words.every((word) => word.length === 1);
  return spelledOut ? [words.join("")] : words;
}

/** Lower case without accents, punctuation, emoji and drawn-out letters ("STOPPP!!"), one space between words. */
function plainWords(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(ACCENTS, "")
    .replace(INVISIBLE, "")
    .replace(APOSTROPHES, "")
    .replace(DRAWN_OUT, "$1")
    .replace(NO_LETTERS, " ")
    .normalize("NFC")
    .trim();
}

function phrases(table: string): ReadonlySet<string> {
  return new Set(table.split(/[|\n]/).map(plainWords).filter(Boolean));
}

function vocabulary(table: string): ReadonlySet<string> {
  return new Set(table.split(/\s+/).map(plainWords).filter(Boolean));
}
