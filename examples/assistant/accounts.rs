//! Customers and their orders: tables in memory, behind look-ups that take their time as those of
//! a database do.

use std::time::Duration;

use tokio::time::sleep;

/// A customer as the assistant needs to know one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// What other tables call the customer.
    pub id: &'static str,
    /// How much support was bought: `enterprise` or `free`.
    pub tier: &'static str,
    key: &'static str,
}

/// Something that a customer ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What customers call it.
    pub id: &'static str,
    /// Where it is, in words for the customer.
    pub status: &'static str,
    customer_id: &'static str,
}

/// Why a look-up found nothing. Keys are not part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// No customer has the key.
    #[error("the key belongs to no customer")]
    UnknownKey,
    /// No customer has the name.
    #[error("there is no customer {customer_id}")]
    UnknownCustomer {
        /// The name.
        customer_id: String,
    },
    /// The order is not one of the customer's.
    #[error("customer {customer_id} has no order {order_id}")]
    UnknownOrder {
        /// Who asks.
        customer_id: String,
        /// What was asked for.
        order_id: String,
    },
}

/// The tables.
pub struct Accounts {
    customers: Vec<Customer>,
    orders: Vec<Order>,
}

impl Accounts {
    /// Two customers, `demo-key-ada` and `demo-key-grace` by their keys, with an order each.
    pub fn demo() -> Self {
        let customers = vec![
            Customer { id: "cus_ada", tier: "enterprise", key: "demo-key-ada" },
            Customer { id: "cus_grace", tier: "free", key: "demo-key-grace" },
        ];
        let orders = vec![
            Order {
                id: "ord_1001",
                status: "The training that you ordered is confirmed for the 12th of May.",
                customer_id: "cus_ada",
            },
            Order {
                id: "ord_1002",
                status: "The stickers that you ordered were shipped on Monday.",
                customer_id: "cus_grace",
            },
        ];
        Self { customers, orders }
    }

    /// Returns the id of the customer with this key.
    ///
    /// # Errors
    ///
    /// [`AccountError::UnknownKey`].
    #[lumina::traced("authenticate", capture(key), attrs(auth.method = "api_key"))]
    pub async fn authenticate(&self, #[redact] key: &str) -> Result<&'static str, AccountError> {
        sleep(Duration::from_millis(8)).await;
        let customer = self.customers.iter().find(|customer| customer.key == key);
        customer.map(|customer| customer.id).ok_or(AccountError::UnknownKey)
    }

    /// Returns a customer.
    ///
    /// # Errors
    ///
    /// [`AccountError::UnknownCustomer`].
    #[lumina::traced("fetch-customer", kind = client, attrs(db.collection.name = "customers"))]
    pub async fn fetch_customer(&self, customer_id: &str) -> Result<Customer, AccountError> {
        sleep(Duration::from_millis(25)).await;
        let customer = self.customers.iter().find(|customer| customer.id == customer_id);
        let unknown = || AccountError::UnknownCustomer { customer_id: customer_id.to_owned() };
        customer.cloned().ok_or_else(unknown)
    }

    /// Returns the orders of a customer, `order_id` alone if it is given.
    ///
    /// # Errors
    ///
    /// [`AccountError::UnknownOrder`] if that one is not the customer's.
    #[lumina::traced(
        "fetch-orders",
        kind = client,
        attrs(db.collection.name = "orders", order.id = order_id),
        ok(|orders| db.response.returned_rows = orders.len()),
    )]
    pub async fn fetch_orders(
        &self,
        customer_id: &str,
        order_id: Option<&str>,
    ) -> Result<Vec<Order>, AccountError> {
        sleep(Duration::from_millis(40)).await;
        let is_wanted = |order: &&Order| order_id.is_none_or(|wanted| wanted == order.id);
        let mine = self.orders.iter().filter(|order| order.customer_id == customer_id);
        let orders: Vec<_> = mine.filter(is_wanted).cloned().collect();
        match order_id {
            Some(order_id) if orders.is_empty() => Err(AccountError::UnknownOrder {
                customer_id: customer_id.to_owned(),
                order_id: order_id.to_owned(),
            }),
            _ => Ok(orders),
        }
    }
}
