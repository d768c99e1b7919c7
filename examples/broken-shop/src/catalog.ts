export interface Product {
  readonly id: string;
  readonly title: string;
  /** Cents. */
  readonly price: number;
  readonly stock: number;
}

export class Catalog {
  readonly #products = new Map<string, Product>();

  add(product: Product): void {
    this.#products.set(product.id, product);
  }

  find(id: string): Product {
    const product = this.#products.get(id);
    if (product === undefined) throw new Error(`there is no product ${id}`);
    return product;
  }

  /** What can be bought, the cheapest first. */
  available(): Product[] {
    const products = [...this.#products.values()].filter((product) => product.inStock > 0);
    return products.sort((a, b) => a.price - b.price);
  }
}
