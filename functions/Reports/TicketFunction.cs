using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Devices;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Reports;

/// <summary><c>POST /api/manage/apps/{app}/tickets</c>: a ticket for a device that the app's own backend knows.</summary>
internal sealed class TicketFunction(ManagementApi management, Tickets tickets, Pepper pepper)
{
    [Function("ManageTickets")]
    [Operation("Vouch for a device", typeof(TicketAnswer), Body = typeof(TicketRequest))]
    public Task<IResult> IssueAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = ManagementApi.App + "/tickets")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Devices, app, async (_, id) =>
        {
            var (problem, body) = await ManagementBody.ReadAsync(request, ManagementJson.Default.TicketRequest, cancellation);
            if (problem is not null)
            {
                return problem.ToHttp();
            }

            if (DeviceIdentity.Parse(id.Value, body!.Device, pepper, out var device) is not null)
            {
                return Problem.InvalidMember("device").ToHttp();
            }

            var ticket = tickets.Issue(device);
            var expires = ticket.LastDay.ToString("O", CultureInfo.InvariantCulture);
            return Results.Json(new TicketAnswer(ticket.Text, expires), ManagementJson.Default.TicketAnswer);
        }, cancellation);
}

/// <param name="Device">The plugin's device id.</param>
internal sealed record TicketRequest(string Device);

/// <param name="Ticket">For <c>setCustomId()</c>.</param>
/// <param name="Expires">The last day on which it is good, such as <c>2026-03-31</c>, in UTC.</param>
internal sealed record TicketAnswer(string Ticket, string Expires);
