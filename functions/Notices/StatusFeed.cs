using System.Xml;

namespace Serverless.Notices;

/// <summary>The status as an Atom feed (RFC 4287): an entry a notice, with an id that stays and a time that moves when the notice changes.</summary>
internal static class StatusFeed
{
    public const string MediaType = "application/atom+xml";

    private const string Namespace = "http://www.w3.org/2005/Atom";

    public static byte[] Write(ServiceStatus status)
    {
        var words = StatusWords.In(status.Lang);
        using var content = new MemoryStream();
        using (var xml = XmlWriter.Create(content, new XmlWriterSettings { Indent = true, Encoding = new System.Text.UTF8Encoding(false) }))
        {
            xml.WriteStartElement("feed", Namespace);
            xml.WriteAttributeString("xml", "lang", null, status.Lang);
            xml.WriteElementString("id", Namespace, NoticeId.Urn(NoticeId.Of("feed", status.App)));
            xml.WriteElementString("title", Namespace, words.TitleOf(status.App));
            xml.WriteElementString("updated", Namespace, Time(status.UpdatedAt ?? DateTimeOffset.UnixEpoch));
            xml.WriteStartElement("author", Namespace);
            xml.WriteElementString("name", Namespace, status.App);
            xml.WriteEndElement();
            WriteLink(xml, "self", $"/api/status/{status.App}/feed", MediaType);
            WriteLink(xml, "alternate", $"/api/status/{status.App}", "text/html");
            foreach (var notice in status.Open.Concat(status.Recent).OrderByDescending(notice => notice.UpdatedAt))
            {
                WriteEntry(xml, status, words, notice);
            }

            xml.WriteEndElement();
        }

        return content.ToArray();
    }

    private static void WriteEntry(XmlWriter xml, ServiceStatus status, StatusWords words, NoticeView notice)
    {
        xml.WriteStartElement("entry", Namespace);
        xml.WriteAttributeString("xml", "lang", null, notice.Lang);
        xml.WriteElementString("id", Namespace, NoticeId.Urn(notice.Id));
        xml.WriteElementString("title", Namespace, notice.Title);
        xml.WriteElementString("published", Namespace, Time(notice.CreatedAt));
        xml.WriteElementString("updated", Namespace, Time(notice.UpdatedAt));
        WriteLink(xml, "alternate", $"/api/status/{status.App}#n{notice.Id}", "text/html");
        xml.WriteStartElement("category", Namespace);
        xml.WriteAttributeString("term", notice.Kind.ToString().ToLowerInvariant());
        xml.WriteAttributeString("label", words.Of(notice.Kind));
        xml.WriteEndElement();
        xml.WriteStartElement("content", Namespace);
        xml.WriteAttributeString("type", "text");
        xml.WriteString(Describe(words, notice));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteLink(XmlWriter xml, string relation, string address, string type)
    {
        xml.WriteStartElement("link", Namespace);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    private static string Describe(StatusWords words, NoticeView notice) => string.Join("\n\n", new[]
    {
        notice.Body,
        notice is { StartsAt: { } start, EndsAt: { } end } ? $"{words.Window}: {StatusWords.Of(start)} – {StatusWords.Of(end)}" : null,
        notice.EstimatedEnd is { } estimate ? $"{words.EstimatedEnd}: {StatusWords.Of(estimate)}" : null,
        notice.ClosedAt is { } closed ? $"{words.Ended}: {StatusWords.Of(closed)}" : null,
    }.OfType<string>());

    private static string Time(DateTimeOffset time) => XmlConvert.ToString(time.UtcDateTime, XmlDateTimeSerializationMode.Utc);
}
