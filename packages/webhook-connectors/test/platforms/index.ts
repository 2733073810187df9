import { cloudPlatform } from "./cloudevents.ts";
import { dolibarrPlatform } from "./dolibarr.ts";
import { erpnextPlatform } from "./erpnext.ts";
import { espoPlatform } from "./espocrm.ts";
import { odooPlatform } from "./odoo.ts";
import type { Platform } from "./platform.ts";
import { shopifyPlatform } from "./shopify.ts";
import { squarePlatform } from "./square.ts";
import { wooPlatform } from "./woocommerce.ts";

export const PLATFORMS: readonly Platform[] = [
  wooPlatform,
  shopifyPlatform,
  erpnextPlatform,
  odooPlatform,
  dolibarrPlatform,
  espoPlatform,
  squarePlatform,
  cloudPlatform,
];
