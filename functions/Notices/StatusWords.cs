using System.Globalization;

namespace Serverless.Notices;

/// <summary>The words of the status page and its feed, in the languages that come with the server.</summary>
internal sealed record StatusWords(
    string Language,
    string Title,
    string Operational,
    string Maintenance,
    string Incident,
    string OpenNotices,
    string NoOpenNotices,
    string RecentNotices,
    string EstimatedEnd,
    string Window,
    string Published,
    string Updated,
    string Ended,
    string KindMaintenance,
    string KindIncident,
    string KindResolution,
    string Planned,
    string Feed)
{
    private static readonly StatusWords[] All =
    [
        new("en", "Status of {0}", "Everything works", "Maintenance is under way", "There is a problem", "Current and planned", "Nothing to tell.", "Recently",
            "Expected to be over", "Planned for", "Published", "Updated", "Ended", "Maintenance", "Problem", "Solved", "Planned", "Follow as a feed"),
        new("de", "Status von {0}", "Alles funktioniert", "Wartung läuft", "Es gibt ein Problem", "Aktuell und geplant", "Nichts zu melden.", "In letzter Zeit",
            "Voraussichtlich behoben", "Geplant für", "Veröffentlicht", "Aktualisiert", "Beendet", "Wartung", "Problem", "Gelöst", "Geplant", "Als Feed verfolgen"),
        new("es", "Estado de {0}", "Todo funciona", "Mantenimiento en curso", "Hay un problema", "Ahora y previsto", "No hay avisos.", "Recientemente",
            "Fin previsto", "Previsto para", "Publicado", "Actualizado", "Terminado", "Mantenimiento", "Problema", "Resuelto", "Previsto", "Seguir como feed"),
        new("fr", "État de {0}", "Tout fonctionne", "Maintenance en cours", "Il y a un problème", "En cours et prévu", "Rien à signaler.", "Récemment",
            "Fin prévue", "Prévu pour", "Publié", "Mis à jour", "Terminé", "Maintenance", "Problème", "Résolu", "Prévu", "Suivre par flux"),
    ];

    public static IEnumerable<string> Languages => All.Select(words => words.Language);

    /// <summary>The same in all languages, and in no doubt about day and month.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static StatusWords In(string language) => All.First(words => words.Language == language);

    public string Of(ServiceState state) => state switch
    {
        ServiceState.Operational => Operational,
        ServiceState.Maintenance => Maintenance,
        _ => Incident,
    };

    public string Of(NoticeKind kind) => kind switch
    {
        NoticeKind.Maintenance => KindMaintenance,
        NoticeKind.Incident => KindIncident,
        _ => KindResolution,
    };

    public string TitleOf(string app) => Title.Replace("{0}", app, StringComparison.Ordinal);
}
