using Serverless.Apps;

namespace Serverless.Rollbacks;

/// <summary>Is told of every step of an incident after it was written down. The same step may be told again, after a crash or a failure.</summary>
internal interface IIncidentObserver
{
    /// <param name="app">The incident's app.</param>
    /// <param name="incident">As it is now; a later step may have overtaken an earlier one.</param>
    /// <param name="cancellation">Gives up; the step is told again.</param>
    Task ChangedAsync(AppId app, Incident incident, CancellationToken cancellation);
}
