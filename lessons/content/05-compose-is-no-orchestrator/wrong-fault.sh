# A fault kills it from outside.
# hint: asked-politely
# step: kill
inject kill web
