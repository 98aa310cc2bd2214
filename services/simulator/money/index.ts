export { billOf } from "./bill.js";
export { createPrices, type Prices } from "./prices.js";
