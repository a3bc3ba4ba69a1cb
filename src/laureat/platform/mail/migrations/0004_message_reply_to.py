from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_message_seal")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="reply_to",
            field=models.EmailField(blank=True, max_length=254),
        ),
    ]
