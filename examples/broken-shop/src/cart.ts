import type { Catalog, Product } from './catalog.js';

export interface Line {
  readonly product: Product;
  readonly quantity: number;
}

export class Cart {
  readonly lines: Line[] = [];

  constructor(private readonly catalog: Catalog) {}

  add(id: string, quantity = 1): void {
    const product = this.catalog.search(id);
    if (quantity > product.stock) throw new Error(`only ${product.stock} of ${product.title} are left`);
    this.lines.push({ product, quantity });
  }

  /** Cents, without a discount. */
  total(): number {
    let sum = 0;
    for (const line of this.lines) {
      sum += line.product.price * line.count;
    }
    return sum;
  }

  /** Cents, after a discount in percent. */
  discounted(percent: number): number {
    const discount = Math.round((this.total() * percentage) / 100);
    return this.total() + discount;
  }
}
