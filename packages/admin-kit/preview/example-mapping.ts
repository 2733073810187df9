import type { Content, Mapping, MappingState, PreviewEntry } from "../src/mapping/mapping.ts";

/** What a host answers that has its merchant say what an order is. */
export interface ExampleMappingHost {
  state: MappingState;
  entries: PreviewEntry[];
}

const attribute = (path: string, type: string, isPrivate = false) => ({ path, type, private: isPrivate });

/** An order with its state in an enumeration, and a booking with its state in a text. */
export function exampleContent(): Content {
  return {
    choices: {
      orders: [order(), booking()],
      account: [attribute("username", "string"), attribute("phone", "string")],
    },
    events: [
      "order.placed",
      "order.paid",
      "order.shipped",
      "order.delivered",
      "order.cancelled",
      "order.refunded",
    ],
    wordings: [
      {
        id: "checkout",
        version: "3",
        language: "en",
        text: "Send me updates about this order on WhatsApp. I can stop them at any time by answering STOP.",
      },
    ],
  };
}

function order() {
  return {
    uid: "api::order.order",
    name: "Order",
    attributes: [
      attribute("number", "string"),
      attribute("phone", "string", true),
      attribute("customerName", "string"),
      attribute("total", "decimal"),
      attribute("currency", "string"),
      attribute("agreed", "boolean", true),
      attribute("address.phone", "string"),
      attribute("address.country", "string"),
      { ...attribute("state", "enumeration"), values: ["new", "paid", "shipped", "cancelled"] },
    ],
  };
}

function booking() {
  return {
    uid: "api::booking.booking",
    name: "Booking",
    attributes: [
      attribute("mobile", "string"),
      attribute("status", "string"),
      attribute("amount", "integer"),
      attribute("reminder", "boolean"),
    ],
  };
}

export function exampleMapping(): Mapping {
  return {
    order: {
      content_type: "api::order.order",
      created: "order.placed",
      states: { shipped: "order.shipped", cancelled: "order.cancelled" },
      fields: {
        phone: ["phone", "address.phone"],
        country: { attribute: "address.country" },
        name: "customerName",
        code: "number",
        total: "total",
        currency: { value: "LKR" },
        state: "state",
        consent: {
          attribute: "agreed",
          wording_id: "checkout",
          wording_version: "3",
          wording_language: "en",
        },
      },
    },
    account: { phone: ["phone"], country: { value: "LK" } },
  };
}

export function exampleEntries(): PreviewEntry[] {
  return [
    {
      document_id: "h7k2m9p4q1r8s5t3u6v0w2x4",
      code: "1042",
      state: "shipped",
      event: "order.shipped",
      phone: "+••••••••34",
      phone_problem: null,
      name: "P…",
      total: { amount: 499_950, currency: "LKR" },
      consent: "given",
      messages: [{ language: "pt_BR", text: "O pedido 1042 está a caminho.", problem: null }],
    },
    {
      document_id: "a1b2c3d4e5f6g7h8i9j0k1l2",
      code: "1043",
      state: "new",
      event: null,
      phone: null,
      phone_problem: "unparseable",
      name: "N…",
      total: null,
      consent: "none",
      messages: [{ language: null, text: null, problem: "Connect a WhatsApp number first." }],
    },
  ];
}

export function newMappingHost(): ExampleMappingHost {
  return {
    state: { ...exampleContent(), mapping: { order: null, account: null }, problems: [] },
    entries: [],
  };
}

export function busyMappingHost(): ExampleMappingHost {
  return {
    state: { ...exampleContent(), mapping: exampleMapping(), problems: [] },
    entries: exampleEntries(),
  };
}

/** The state attribute was renamed after the mapping was made. */
export function brokenMappingHost(): ExampleMappingHost {
  const { state, entries } = busyMappingHost();
  const orders = state.choices.orders.map((type) => ({
    ...type,
    attributes: type.attributes.map((one) => (one.path === "state" ? { ...one, path: "stage" } : one)),
  }));
  return {
    entries,
    state: {
      ...state,
      choices: { ...state.choices, orders },
      problems: [
        {
          pointer: "/order/fields/state",
          detail: "api::order.order has no attribute state any more. Choose the one that took its place.",
        },
      ],
    },
  };
}
