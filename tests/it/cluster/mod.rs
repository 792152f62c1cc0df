//! The landing zone on a real API server: what the guards refuse, what the controller makes and keeps, what it survives.

mod chart;
mod ends;
mod faults;
mod guards;
mod hub;
mod keeps;
mod later;
mod refuses;
