"""What the page says, in the languages it knows. Whoever speaks another one reads English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tandem.content.model import nearest
from tandem.customer import Channel
from tandem.events.identity import MARKETING


@dataclass(frozen=True, slots=True)
class Words:
    """`{purpose}` and `{sender}` are filled in where they stand; a text with a channel's key is about that channel."""

    locale: str
    title: str
    ask: str
    ask_lead: str
    unsubscribe: str
    done: str
    done_lead: str
    off: str
    off_lead: str
    saved: str
    saved_lead: str
    choices: str
    choices_lead: str
    stopped: Mapping[Channel, str]
    save: str
    stop: Mapping[Channel, str]
    channels: Mapping[Channel, str]
    marketing: str
    bad_link: str
    bad_link_lead: str
    failed: str
    failed_lead: str
    again: str
    unclear: str

    def purpose(self, name: str) -> str:
        """A purpose as people read it: `back-in-stock` becomes "Back in stock"."""
        return self.marketing if name == MARKETING else name.replace("-", " ").capitalize()


ENGLISH: Final = Words(
    locale="en",
    title="Your messages",
    ask="Unsubscribe?",
    ask_lead="You get “{purpose}” from {sender}. One click and it stops.",
    unsubscribe="Unsubscribe",
    done="You are unsubscribed",
    done_lead="You will get no more “{purpose}” from {sender}. What has already left may still arrive.",
    off="You are not subscribed",
    off_lead="You get no “{purpose}” from {sender}.",
    saved="Your choices are saved",
    saved_lead="They hold from now on. What has already left may still arrive.",
    choices="Everything we may send you",
    choices_lead="Tick what you want, untick what you do not.",
    stopped={
        Channel.EMAIL: "All our emails are stopped. Tick what you want again.",
        Channel.SMS: "All our text messages are stopped. Tick what you want again.",
        Channel.PUSH: "All our notifications are stopped. Tick what you want again.",
        Channel.WEBHOOK: "All other messages are stopped. Tick what you want again.",
    },
    save="Save my choices",
    stop={
        Channel.EMAIL: "Stop all emails",
        Channel.SMS: "Stop all text messages",
        Channel.PUSH: "Stop all notifications",
        Channel.WEBHOOK: "Stop all other messages",
    },
    channels={
        Channel.EMAIL: "By email",
        Channel.SMS: "By text message",
        Channel.PUSH: "As notifications of the app",
        Channel.WEBHOOK: "In other ways",
    },
    marketing="Offers and news",
    bad_link="This link does not work",
    bad_link_lead=(
        "Part of it may be missing. Open it once more from the message, or copy the whole of it. "
        "If that does not help, answer the message and write that you want no more."
    ),
    failed="That did not work",
    failed_lead="Something on our side failed, so not everything may be saved. Please try again in a minute.",
    again="Try again",
    unclear="Nothing was changed: we did not understand what was sent. Please choose here.",
)
SPANISH: Final = Words(
    locale="es",
    title="Tus mensajes",
    ask="¿Darte de baja?",
    ask_lead="Recibes «{purpose}» de {sender}. Con un clic dejas de recibirlo.",
    unsubscribe="Darme de baja",
    done="Te has dado de baja",
    done_lead="Ya no recibirás «{purpose}» de {sender}. Lo que ya ha salido aún puede llegarte.",
    off="No estás suscrito",
    off_lead="No recibes «{purpose}» de {sender}.",
    saved="Hemos guardado tu elección",
    saved_lead="Vale desde ahora. Lo que ya ha salido aún puede llegarte.",
    choices="Todo lo que podemos enviarte",
    choices_lead="Marca lo que quieras recibir y desmarca lo que no.",
    stopped={
        Channel.EMAIL: "No te enviamos ningún correo. Marca lo que quieras volver a recibir.",
        Channel.SMS: "No te enviamos ningún SMS. Marca lo que quieras volver a recibir.",
        Channel.PUSH: "No te enviamos ninguna notificación. Marca lo que quieras volver a recibir.",
        Channel.WEBHOOK: "No te enviamos ningún otro mensaje. Marca lo que quieras volver a recibir.",
    },
    save="Guardar mi elección",
    stop={
        Channel.EMAIL: "No recibir ningún correo",
        Channel.SMS: "No recibir ningún SMS",
        Channel.PUSH: "No recibir ninguna notificación",
        Channel.WEBHOOK: "No recibir ningún otro mensaje",
    },
    channels={
        Channel.EMAIL: "Por correo electrónico",
        Channel.SMS: "Por SMS",
        Channel.PUSH: "Como notificaciones de la app",
        Channel.WEBHOOK: "Por otras vías",
    },
    marketing="Ofertas y novedades",
    bad_link="Este enlace no funciona",
    bad_link_lead=(
        "Puede que le falte una parte. Ábrelo otra vez desde el mensaje o cópialo entero. "
        "Si no sirve, responde al mensaje y di que no quieres recibir más."
    ),
    failed="No ha funcionado",
    failed_lead="Algo ha fallado y puede que no se haya guardado todo. Inténtalo de nuevo en un minuto.",
    again="Intentarlo de nuevo",
    unclear="No se ha cambiado nada: no hemos entendido lo que se ha enviado. Elige aquí, por favor.",
)
FILIPINO: Final = Words(
    locale="fil",
    title="Ang mga mensahe mo",
    ask="Mag-unsubscribe?",
    ask_lead="Nakakatanggap ka ng “{purpose}” mula sa {sender}. Isang pindot lang at titigil na ito.",
    unsubscribe="Mag-unsubscribe",
    done="Naka-unsubscribe ka na",
    done_lead="Wala ka nang matatanggap na “{purpose}” mula sa {sender}. Baka dumating pa ang mga naipadala na.",
    off="Hindi ka naka-subscribe",
    off_lead="Wala kang natatanggap na “{purpose}” mula sa {sender}.",
    saved="Na-save na ang mga pinili mo",
    saved_lead="May bisa na ito mula ngayon. Baka dumating pa ang mga naipadala na.",
    choices="Lahat ng puwede naming ipadala sa iyo",
    choices_lead="Lagyan ng tsek ang gusto mo, at alisin ang tsek ng ayaw mo.",
    stopped={
        Channel.EMAIL: "Itinigil na ang lahat ng email namin. Lagyan ng tsek ang gusto mong matanggap muli.",
        Channel.SMS: "Itinigil na ang lahat ng text namin. Lagyan ng tsek ang gusto mong matanggap muli.",
        Channel.PUSH: "Itinigil na ang lahat ng notification namin. Lagyan ng tsek ang gusto mong matanggap muli.",
        Channel.WEBHOOK: "Itinigil na ang iba pang mensahe namin. Lagyan ng tsek ang gusto mong matanggap muli.",
    },
    save="I-save ang mga pinili ko",
    stop={
        Channel.EMAIL: "Itigil ang lahat ng email",
        Channel.SMS: "Itigil ang lahat ng text",
        Channel.PUSH: "Itigil ang lahat ng notification",
        Channel.WEBHOOK: "Itigil ang iba pang mensahe",
    },
    channels={
        Channel.EMAIL: "Sa email",
        Channel.SMS: "Sa text",
        Channel.PUSH: "Bilang notification ng app",
        Channel.WEBHOOK: "Sa ibang paraan",
    },
    marketing="Mga alok at balita",
    bad_link="Hindi gumagana ang link na ito",
    bad_link_lead=(
        "Baka may kulang dito. Buksan itong muli mula sa mensahe, o kopyahin nang buo. "
        "Kung ayaw pa rin, sagutin ang mensahe at sabihing ayaw mo nang makatanggap."
    ),
    failed="Hindi ito gumana",
    failed_lead="May pumalya sa amin, kaya baka hindi na-save ang lahat. Subukan muli pagkaraan ng isang minuto.",
    again="Subukan muli",
    unclear="Walang nabago: hindi namin naintindihan ang ipinadala. Pumili na lang dito.",
)
LANGUAGES: Final[Mapping[str, Words]] = {words.locale: words for words in (ENGLISH, SPANISH, FILIPINO)}


def words_for(locale: str, accept_language: str) -> Words:
    """In the customer's language if it is known, else in the first one that the browser asks for and we know."""
    asked = [*nearest(locale), *(part for wanted in _asked(accept_language) for part in nearest(wanted))]
    return next((LANGUAGES[each] for each in asked if each in LANGUAGES), ENGLISH)


def _asked(accept_language: str) -> Iterator[str]:
    """An Accept-Language header's languages, the most wanted first. What is no language matches none."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        language, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), language))
        except ValueError:
            continue
    yield from (language for _, language in sorted(wanted, key=lambda each: each[0]))
