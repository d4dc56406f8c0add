"""What the shared views are fed with: one module and one ``msgspec.Struct`` for each.

The views themselves are in ``assets/components/views``. Their types for the client side,
``data.d.ts``, are written from these by ``dl101_core/making/view_types.py``.
"""
