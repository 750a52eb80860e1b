//! What two tenants agree on and the configurations between them, asked for as a browser asks: addresses
//! and forms in, pages out.

mod access;
mod desk;
mod settings;
mod start;
mod wizard;
