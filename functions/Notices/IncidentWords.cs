using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>What the steps of an incident are called in the languages that come with the server; <c>{0}</c> is the version.</summary>
internal sealed class IncidentWords
{
    public static readonly IncidentWords Withdrawn = new(
        en: new(
            "Problem with version {0}",
            "Version {0} does not work as it should on some devices. Your app goes back to a version that "
            + "works by itself, the next time you open it. There is nothing you need to do."),
        de: new(
            "Problem mit Version {0}",
            "Version {0} funktioniert auf manchen Geräten nicht richtig. Deine App kehrt beim nächsten "
            + "Öffnen von selbst zu einer Version zurück, die funktioniert. Du musst nichts tun."),
        es: new(
            "Problema con la versión {0}",
            "La versión {0} no funciona bien en algunos dispositivos. La aplicación volverá por sí sola a "
            + "una versión que funciona la próxima vez que la abras. No tienes que hacer nada."),
        fr: new(
            "Problème avec la version {0}",
            "La version {0} ne fonctionne pas correctement sur certains appareils. Votre application reviendra "
            + "d’elle-même à une version qui fonctionne à sa prochaine ouverture. Vous n’avez rien à faire."));

    public static readonly IncidentWords Paused = new(
        en: new(
            "Version {0} is being checked",
            "Version {0} is not given to any more devices for now. Our team is looking into it. If your app works, there is nothing you need to do."),
        de: new(
            "Version {0} wird geprüft",
            "Version {0} wird vorerst an keine weiteren Geräte verteilt. Unser Team sieht "
            + "sie sich an. Wenn deine App funktioniert, musst du nichts tun."),
        es: new(
            "Se está revisando la versión {0}",
            "Por ahora, la versión {0} no se distribuye a más dispositivos. Nuestro equipo la "
            + "está revisando. Si la aplicación funciona, no tienes que hacer nada."),
        fr: new(
            "La version {0} est en cours de vérification",
            "Pour l’instant, la version {0} n’est plus distribuée à d’autres appareils. Notre équipe "
            + "l’examine. Si votre application fonctionne, vous n’avez rien à faire."));

    public static readonly IncidentWords Escalated = new(
        en: new(
            "The problem with version {0} takes longer",
            "Solving the problem with version {0} takes longer than expected. Our team is working on "
            + "it. If the app does not work, close it completely and open it again."),
        de: new(
            "Das Problem mit Version {0} dauert länger",
            "Die Lösung des Problems mit Version {0} dauert länger als erwartet. Unser Team arbeitet "
            + "daran. Wenn die App nicht funktioniert, schließe sie ganz und öffne sie wieder."),
        es: new(
            "El problema con la versión {0} tarda más",
            "Resolver el problema con la versión {0} está llevando más tiempo de lo previsto. Nuestro equipo "
            + "trabaja en ello. Si la aplicación no funciona, ciérrala por completo y vuelve a abrirla."),
        fr: new(
            "Le problème avec la version {0} dure plus longtemps",
            "La résolution du problème avec la version {0} prend plus de temps que prévu. Notre équipe y "
            + "travaille. Si l’application ne fonctionne pas, fermez-la complètement et rouvrez-la."));

    public static readonly IncidentWords Resolved = new(
        en: new(
            "The problem with version {0} is solved",
            "Your app is back on a version that works. To make sure, open the app, then its “About” page: the version "
            + "shown there is no longer {0}. If it still is, close the app completely and open it again."),
        de: new(
            "Das Problem mit Version {0} ist gelöst",
            "Deine App läuft wieder mit einer Version, die funktioniert. Zur Kontrolle öffne in der App die Seite „Über“: "
            + "Dort steht nicht mehr Version {0}. Falls doch, schließe die App ganz und öffne sie wieder."),
        es: new(
            "El problema con la versión {0} está resuelto",
            "La aplicación vuelve a usar una versión que funciona. Para comprobarlo, abre la página «Acerca de» de la aplicación: la "
            + "versión que aparece ya no es {0}. Si todavía lo es, cierra la aplicación por completo y vuelve a abrirla."),
        fr: new(
            "Le problème avec la version {0} est résolu",
            "Votre application utilise de nouveau une version qui fonctionne. Pour vérifier, ouvrez la page « À propos » de l’application "
            + ": la version affichée n’est plus {0}. Si elle l’est encore, fermez complètement l’application et rouvrez-la."));

    private readonly ImmutableSortedDictionary<string, NoticeText> _texts;

    private IncidentWords(NoticeText en, NoticeText de, NoticeText es, NoticeText fr) =>
        _texts = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("en", en), new("de", de), new("es", es), new("fr", fr)]);

    public ImmutableSortedDictionary<string, NoticeText> About(BundleVersion version) => _texts.ToImmutableSortedDictionary(
        text => text.Key,
        text => new NoticeText(Fill(text.Value.Title, version), Fill(text.Value.Body, version)),
        StringComparer.Ordinal);

    private static string Fill(string words, BundleVersion version) => words.Replace("{0}", version.Value, StringComparison.Ordinal);
}
