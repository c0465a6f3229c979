#[lumina::traced(
    "charge-card",
    level = "debug",
    target = "shop::billing",
    kind = client,
    capture(amount_cents),
    ok(|receipt| "receipt.id" = receipt.id),
    err(|error| "decline.code" = error.code()),
)]
fn charge(amount_cents: u64, mut card: Card) -> Result<Receipt, Declined> {
    card = card.verified()?;
    Ok(gateway::charge(card, amount_cents)?)
}
