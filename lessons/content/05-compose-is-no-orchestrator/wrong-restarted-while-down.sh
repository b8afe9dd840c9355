# The project was not brought back before.
# hint: not-back-before
# step: restart
sudo service docker restart
