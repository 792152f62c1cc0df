-- Deliveries follow their system when it changes hands.
create index delivery_system on delivery (system, id);
