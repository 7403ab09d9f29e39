"""What chat apps write in place of things that are not words: media, deleted messages, calls, notices.

The wording depends on the phone's language. These lists hold the languages we know; the WhatsApp reader adds what
repeats in angle brackets, and what begins with the invisible mark that the app puts before its own words.
"""

from __future__ import annotations

import re

from chatbot.chatlogs.records import SkipReason

_MEDIA = """
<media omitted>|<medien ausgeschlossen>|<medien weggelassen>|<multimedia omitido>|<archivo omitido>
<médias omis>|<fichier omis>|<media omessi>|<media omesso>|<mídia oculta>|<mídia omitida>
<arquivo de mídia oculto>|<ficheiro não revelado>|<ficheiro omitido>|<media weggelaten>|<medya dahil edilmedi>
<media tidak disertakan>|<без медиафайлов>|<медіафайл пропущено>|<pominięto multimedia>|<media pominięte>
<media utelämnad>|<media utelämnat>|<medier udeladt>|<medie udeladt>|<mediefil utelatt>|<utelatt media>
<media jätettiin pois>|<média vynechány>|<média vynechané>|<hiányzó médiafájl>|<fișiere media omise>
<το πολυμέσο παραλείφθηκε>|<המדיה הושמטה>|<המדיה לא נכללה>|<تم استبعاد الوسائط>|<رسانه حذف شد>
<पोस्ट की गई मीडिया>|<मीडिया के बिना>|<मीडिया छोड़ा गया>|<省略多媒体文件>|<媒體已略去>
<メディアは含まれていません>|<メディアなし>|<미디어 파일을 생략한 메시지>|<미디어 생략>
<tệp phương tiện bị bỏ qua>|<ไม่รวมสื่อ>|<media dihilangkan>|<mitjans omesos>|<медиите са пропуснати>
<медији су изостављени>|<multimediji izostavljeni>|image omitted|video omitted|audio omitted|sticker omitted
gif omitted|document omitted|contact card omitted|video note omitted|bild weggelassen|video weggelassen
audio weggelassen|sticker weggelassen|gif weggelassen|dokument weggelassen|kontaktkarte ausgelassen
kontaktkarte weggelassen|videonachricht weggelassen|imagen omitida|vídeo omitido|video omitido|audio omitido
áudio omitido|sticker omitido|gif omitido|documento omitido|tarjeta de contacto omitida|image absente
vidéo absente|audio omis|sticker absent|gif retiré|gif absent|document manquant|fiche contact manquante
immagine omessa|video omesso|audio omesso|sticker omesso|gif esclusa|documento omesso|scheda contatto omessa
imagem ocultada|imagem omitida|vídeo ocultado|áudio ocultado|figurinha omitida|gif omitida|documento omitida
cartão do contato omitido|afbeelding weggelaten|video weggelaten|audio weggelaten|gif weggelaten
document weggelaten|contactkaart weggelaten|görüntü dahil edilmedi|video dahil edilmedi|ses dahil edilmedi
çıkartma dahil edilmedi|изображение отсутствует|видео отсутствует|аудиофайл отсутствует|стикер отсутствует
документ пропущен|pominięto obraz|pominięto wideo|pominięto audio|bild utelämnad|bilde utelatt|billede udeladt
图片已略去|视频已略去|音频已略去|贴图已略去|圖片已略去|影片已略去|貼圖已略去|画像は省略されました|동영상 생략됨
사진 생략됨|null|[photo]|[photos]|[image]|[picture]|[video]|[sticker]|[gif]|[voice message]|[audio]|[file]
[files]|[album]|[contact]|[location]|[music]|[animated sticker]|[animated emoticon]|[emoticon]|[写真]|[画像]
[動画]|[スタンプ]|[ボイスメッセージ]|[ファイル]|[アルバム]|[連絡先]|[位置情報]|[照片]|[圖片]|[图片]|[影片]
[视频]|[視頻]|[貼圖]|[贴图]|[表情]|[動畫表情]|[动画表情]|[語音訊息]|[语音]|[文件]|[檔案]|[位置]|[사진]|[동영상]
[스티커]|[รูป]|[รูปภาพ]|[วิดีโอ]|[สติกเกอร์]|[foto]|[bild]|[gambar]|[stiker]|[imagen]
"""
_DELETED = """
this message was deleted|this message was deleted.|you deleted this message|you deleted this message.
this message was deleted by admin|diese nachricht wurde gelöscht|diese nachricht wurde gelöscht.
du hast diese nachricht gelöscht|du hast diese nachricht gelöscht.|se eliminó este mensaje
se eliminó este mensaje.|eliminaste este mensaje|eliminaste este mensaje.|este mensaje fue eliminado
este mensaje fue eliminado.|ce message a été supprimé|ce message a été supprimé.|vous avez supprimé ce message
vous avez supprimé ce message.|questo messaggio è stato eliminato|questo messaggio è stato eliminato.
hai eliminato questo messaggio|hai eliminato questo messaggio.|mensagem apagada|esta mensagem foi apagada
esta mensagem foi apagada.|você apagou esta mensagem|você apagou esta mensagem.|apagou esta mensagem
esta mensagem foi eliminada|dit bericht is verwijderd|dit bericht is verwijderd.|dit bericht werd verwijderd
u hebt dit bericht verwijderd|je hebt dit bericht verwijderd|bu mesaj silindi|bu mesajı sildiniz
pesan ini telah dihapus|anda menghapus pesan ini|данное сообщение удалено|сообщение удалено
вы удалили это сообщение|вы удалили данное сообщение|ta wiadomość została usunięta
ta wiadomość została usunięta.|usunięto tę wiadomość|usunąłeś tę wiadomość|det här meddelandet togs bort
du tog bort det här meddelandet|denne meldingen ble slettet|du slettet denne meldingen|denne besked blev slettet
du slettede denne besked|tämä viesti poistettiin|poistit tämän viestin|tato zpráva byla odstraněna
zpráva byla smazána|ezt az üzenetet törölték|acest mesaj a fost șters|ați șters acest mesaj
αυτό το μήνυμα διαγράφηκε|διαγράψατε αυτό το μήνυμα|הודעה זו נמחקה|מחקת הודעה זו|تم حذف هذه الرسالة
حذفت هذه الرسالة|यह संदेश हटाया गया था|यह मैसेज डिलीट कर दिया गया है|आपने यह संदेश हटाया|此消息已删除
此訊息已刪除|你删除了这条消息|您已刪除此訊息|您已删除此消息|このメッセージは削除されました
このメッセージを削除しました|삭제된 메시지입니다|삭제한 메시지입니다|tin nhắn này đã bị xóa|ข้อความนี้ถูกลบแล้ว
(this message was deleted)|(this message was deleted.)|message unsent|unsent a message|메시지가 삭제되었습니다
"""
_CALL = """
missed voice call|missed video call|missed group voice call|missed group video call|missed call|voice call
video call|verpasster sprachanruf|verpasster videoanruf|verpasster anruf|sprachanruf|videoanruf|llamada perdida
videollamada perdida|llamada de voz perdida|appel vocal manqué|appel vidéo manqué|appel manqué
chiamata vocale persa|videochiamata persa|chamada de voz perdida|chamada de vídeo perdida|gemiste spraakoproep
gemiste video-oproep|gemiste audio-oproep|пропущенный аудиозвонок|пропущенный видеозвонок|cevapsız sesli arama
cevapsız görüntülü arama|nieodebrane połączenie głosowe|nieodebrane połączenie wideo|missat röstsamtal
未接语音通话|未接视频通话|不在着信|부재중 전화
"""
_SYSTEM = """
waiting for this message|waiting for this message. this may take a while.|diese nachricht wird geladen
auf diese nachricht wird gewartet. das kann etwas dauern.|warten auf diese nachricht. das kann etwas dauern.
esperando este mensaje|en attente de ce message|in attesa di questo messaggio|aguardando esta mensagem
"""
_NOTICE_STARTS = (
    "messages and calls are end-to-end encrypted", "messages to this chat and calls are now secured",
    "messages you send to this chat and calls are now secured", "messages to this group are now secured",
    "nachrichten und anrufe sind ende-zu-ende-verschlüsselt", "nachrichten in diesem chat sowie anrufe sind jetzt",
    "los mensajes y las llamadas están cifrados", "les messages et les appels sont chiffrés",
    "i messaggi e le chiamate sono crittografati", "as mensagens e as chamadas são protegidas",
    "as mensagens e ligações são protegidas", "berichten en gesprekken worden end-to-end versleuteld",
    "mesajlar ve aramalar uçtan uca şifrelidir", "сообщения и звонки защищены", "wiadomości i połączenia są w pełni",
    "消息和通话都进行端到端加密", "訊息和通話皆會受到端對端加密", "メッセージと通話はエンドツーエンド",
    "메시지와 통화는 종단간",
)


def _phrases(block: str) -> list[str]:
    return [phrase for line in block.strip().splitlines() for phrase in line.split("|")]


EXACT: dict[str, SkipReason] = {
    **dict.fromkeys(_phrases(_MEDIA), SkipReason.MEDIA), **dict.fromkeys(_phrases(_DELETED), SkipReason.DELETED),
    **dict.fromkeys(_phrases(_CALL), SkipReason.CALL), **dict.fromkeys(_phrases(_SYSTEM), SkipReason.SYSTEM)}
"""Whole messages in lower case."""

_LONGEST = max(map(len, EXACT))
_FILE_TYPES = (r"jpe?g|png|webp|gif|heic|opus|ogg|m4a|aac|mp3|mp4|mov|3gp|avi|pdf|docx?|xlsx?|pptx?|vcf|zip|txt|csv|"
               r"apk|was")
_ATTACHED_FILE = re.compile(rf"[^\n:*?<>|]{{1,200}}\.(?:{_FILE_TYPES}) \([^()\n]{{4,40}}\)", re.IGNORECASE)
_ATTACHED_TAG = re.compile(r"\u200e?<[^<>:\n]{3,30}: ?[^<>\n]{1,200}>")
_EDITED_TAG = re.compile(
    r"\s*\u200e?<(?:this message was edited|diese nachricht wurde bearbeitet|se editó este mensaje\.?|"
    r"ce message a été modifié|questo messaggio è stato modificato|mensagem editada|esta mensagem foi editada|"
    r"dit bericht is bewerkt|bu mesaj düzenlendi|сообщение изменено|данное сообщение изменено|pesan ini diedit|"
    r"wiadomość edytowana|编辑过此消息|已編輯此訊息|このメッセージは編集されました|수정된 메시지입니다)\.?>\s*$",
    re.IGNORECASE)
_CALL_START = re.compile(r"(?:missed |silenced )?(?:voice|video|group|audio) call\b[,. \u200e]*"
                         r"(?:\d|no answer|tap to call|$)|☎|📞 ", re.IGNORECASE)
_POLL_START = re.compile(r"(?:POLL|UMFRAGE|ENCUESTA|SONDAGE|SONDAGGIO|ENQUETE|PEILING|ANKET|ОПРОС|ANKIETA):\s")
_LOCATION_START = re.compile(r"(?:location|live location|standort|ubicación|position|posizione|localização|locatie|"
                             r"konum)[^:\n]{0,30}: (?:https?://\S+|\S+ \(https?://)", re.IGNORECASE)


def placeholder_reason(text: str) -> SkipReason | None:
    """Why the whole of ``text`` is a placeholder; None if somebody wrote it."""
    if len(text) <= _LONGEST:
        reason = EXACT.get(text.strip("\u200e\u200f\u202a\u202c \t\n").casefold())
        if reason is not None:
            return reason
    first = text[:1].casefold()
    if first in "vgmas☎📞" and _CALL_START.match(text):
        return SkipReason.CALL
    if ":" in text[:40] and (_POLL_START.match(text) or _LOCATION_START.match(text)):
        return SkipReason.MEDIA
    if text.casefold().startswith(_NOTICE_STARTS):
        return SkipReason.SYSTEM
    return None


def without_attachment(text: str) -> str:
    """``text`` without the line that names an attached file; a caption stays."""
    if "(" in text:
        head, newline, rest = text.partition("\n")
        if _ATTACHED_FILE.fullmatch(head.strip("\u200e\u200f \t")):
            return rest if newline else ""
    if "<" in text:
        return _ATTACHED_TAG.sub("", text)
    return text


def without_edit_mark(text: str) -> str:
    """``text`` without the app's note that it was edited."""
    return _EDITED_TAG.sub("", text)
