//! Who may call what: the table of permissions is compared with the one that Microsoft publishes,
//! and with what happens when every route is called by everybody whom the table tells apart.

mod audit;
mod calls;
mod published;
mod scene;
