"""`holdfast …`: thin commands, one module each, over the packages that do the work.

`main` puts them together; `settings` finds what each option is set to; `show` is what people see.
"""
